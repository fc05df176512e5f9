import Foundation
import Inference
import TestSupport
import Testing

@testable import Serving

struct ModelPageTests {
    @Test func `the page has the measured figures by condition, the patients and the warnings`() throws {
        let path = try ShippedModels().path(of: "twelve-lead.h5")
        let card = try #require(StoredModelCard(besideModel: path))
        let model = ModelPage.Model(try ModelFile.read(path), card: card)
        #expect(model.measured == "out-of-fold, 1082 samples; the data has 1\u{2009}013 patients or records")
        #expect(model.labels.count == 6 && model.labels[0].condition == "Normal" && model.labels[0].support == "500")
        #expect(model.labels[0].found == "88 %" && model.labels[0].right == "83 %")
        #expect(model.figures.map(\.name).contains("ROC AUC") && model.hasFacts)
        #expect(model.tables.contains { $0.caption.contains("Patients by sex") })
        #expect(model.unweighted == nil)
    }

    @Test func `a model without a card has no figures, but its warnings`() throws {
        let model = try ModelFile.read(try SmallModel.path)
        let page = ModelPage.Model(model, card: nil)
        #expect(page.measured == nil && !page.hasFigures && !page.hasLabels)
        #expect(page.warnings == model.provenance.warnings)
        let other = ModelPage.Model(model, card: StoredModelCard(parsing: "> **Warning.** The pictures leak labels."))
        #expect(other.warnings.contains("The pictures leak labels"))
    }
}
