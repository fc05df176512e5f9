import Datasets
import Foundation
import TestSupport
import Testing

@testable import Pretraining

struct PretrainingDataTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func data(_ paths: String..., leaveOut: Set<String> = []) throws -> PretrainingData {
        try PretrainingData(
            .init(
                paths: paths.map { scratch($0) }, labels: nil, validation: 0.25, skipUnreadable: false,
                leaveOut: leaveOut),
            seed: 1)
    }

    private func label(_ code: String, _ condition: Condition) -> LabelSpace.Label {
        .init(code: code, condition: condition, explanation: "e", link: "https://example.org", standsFor: "s")
    }

    /// Writes a manifest of 8 patients with two pictures each.
    private func writeManifest(_ folder: String, _ labels: [LabelSpace.Label], first: Int = 200) throws {
        try scratch.write("\(folder)/labels.yaml", LabelSpace(name: folder, version: 2, labels: labels).yaml)
        var text = "path,labels,group,split\n"
        for number in 0 ..< 16 {
            try scratch.write("\(folder)/\(number).png", SamplePictures.png(first + number))
            let code = labels[number / 2 % labels.count].code
            text += "\(number).png,\(code),patient\(number / 2),\(number >= 12 ? "test" : "")\n"
        }
        try scratch.write("\(folder)/manifest.csv", text)
    }

    @Test func `labels are matched by code, and labels that a set does not have are unknown`() throws {
        _ = try SamplePictures.writeClasses(["N": 8, "Q": 8], to: scratch, folder: "a")
        try writeManifest("b", [label("H", .hypertrophy), label("N", .normal)])
        let data = try data("a", "b")
        #expect(data.labelSpace.codes == ["N", "S", "V", "F", "Q", "M", "H"])
        #expect(data.labelSpace.name == "aami+b")
        let (n, q, h) = (0, 4, 6)
        #expect(data.truth.support[n] == 16 && data.truth.support[q] == 8 && data.truth.support[h] == 8)
        #expect(data.known[0, q] && !data.known[0, h])
        #expect(data.known[16, h] && data.known[16, n] && !data.known[16, q])
        #expect(data.files[16] == scratch("b/0.png"))
    }

    @Test func `test pictures are held out, and the validation part is chosen by patient`() throws {
        try writeManifest("b", [label("H", .hypertrophy), label("N", .normal)])
        let data = try data("b")
        #expect(data.split.test == [12, 13, 14, 15])
        #expect(!data.split.validation.isEmpty && data.split.validation.allSatisfy { $0 < 12 })
        let patients = { (rows: [Int]) in Set(rows.map { $0 / 2 }) }
        #expect(patients(data.split.validation).isDisjoint(with: patients(data.split.train)))
        #expect(data.sources[0].heldOut == 4)
    }

    @Test func `left-out groups are held out, and an unknown group is rejected`() throws {
        try writeManifest("b", [label("H", .hypertrophy), label("N", .normal)])
        let data = try data("b", leaveOut: ["patient0", "patient3"])
        #expect(data.split.test == [0, 1, 6, 7, 12, 13, 14, 15])
        #expect(throws: PretrainingError.unknownGroup("patient9", nearest: "patient0")) {
            try self.data("b", leaveOut: ["patient9"])
        }
    }

    @Test func `one code with two meanings is rejected`() throws {
        try writeManifest("a", [label("H", .hypertrophy), label("N", .normal)])
        try writeManifest("b", [label("H", .normal), label("N", .normal)], first: 300)
        #expect { try data("a", "b") } throws: { "\($0)".contains("stands for “Normal” here and for “Hypertrophy”") }
    }

    @Test func `no folder and a table of features are rejected`() throws {
        #expect(throws: PretrainingError.noDataset) { try data() }
        _ = try SampleExperiment.writeARFF(to: scratch.path)
        #expect(throws: PretrainingError.noPictures(path: scratch("sample.arff"))) { try data("sample.arff") }
    }

    @Test func `duplicates of validation pictures are removed from training`() throws {
        _ = try SamplePictures.writeClasses(["N": 12, "S": 8], to: scratch, folder: "a")
        for number in 0 ..< 12 { try scratch.write("a/N/twin\(number).png", SamplePictures.png(number)) }
        let configuration = try SamplePretraining.configuration([], path: scratch("a"))
        let data = try PretrainingData(configuration.dataset, seed: 1)
        let material = try PretrainingMaterial(data, configuration: configuration, workers: .init(count: 2))
        let validation = Set(material.validation.map { material.store.pixelDigests[$0] })
        #expect(material.train.allSatisfy { !validation.contains(material.store.pixelDigests[$0]) })
        #expect(material.notes.contains { $0.contains("same pixels") })
    }
}
