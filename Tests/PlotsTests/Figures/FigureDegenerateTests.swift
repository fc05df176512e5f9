import Foundation
import Testing

@testable import Plots

/// Figures of data with little or nothing to draw.
struct FigureDegenerateTests {
    private func expectNothing(_ figure: some Figure, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(sourceLocation: sourceLocation) {
            _ = try figure.drawing()
        } throws: { error in
            guard case PlotError.nothingToDraw(figure: "T", _) = error else { return false }
            return "\(error)".contains("“T”")
        }
    }

    @Test func `figures without content are errors`() {
        expectNothing(ConfusionMatrixFigure(title: "T", labels: [], counts: []))
        expectNothing(ROCCurvesFigure(title: "T", curves: []))
        expectNothing(PrecisionRecallFigure(title: "T", curves: []))
        expectNothing(ReliabilityFigure(title: "T", series: []))
        expectNothing(ReliabilityFigure(title: "T", series: [.init(label: "N", scores: [.nan], truth: [true])]))
        expectNothing(RiskCoverageFigure(title: "T", coverage: [], risk: []))
        expectNothing(RiskCoverageFigure(title: "T", coverage: [0], risk: [.nan]))
        expectNothing(PerLabelF1Figure(title: "T", rows: []))
        expectNothing(RobustnessFigure(title: "T", metric: "F1", clean: 1, perturbations: []))
        expectNothing(ClassCountsFigure(title: "T", rows: []))
        expectNothing(LearningCurveFigure(title: "T", metric: "Loss", series: [.init(name: "a", values: [.nan])]))
        expectNothing(ComparisonFigure(title: "T", first: "a", second: "b", rows: []))
        expectNothing(ContactSheet(title: "T", pictures: []))
        expectNothing(LeakageFigure(title: "T", kinds: ["a"], rows: []))
        expectNothing(LeakageFigure(title: "T", kinds: ["a"], rows: [.init(label: "N", bars: [nil])]))
    }

    @Test func `one label, no positives and gaps are drawn`() throws {
        let figures: [any Figure] = [
            ConfusionMatrixFigure(title: "T", labels: ["N"], counts: [[0]]),
            ROCCurvesFigure(
                title: "T", curves: [.init(label: "N", falsePositiveRates: [], truePositiveRates: [], area: nil)]),
            PrecisionRecallFigure(
                title: "T",
                curves: [.init(label: "N", recall: [], precision: [], prevalence: .nan, averagePrecision: nil)]),
            ReliabilityFigure(title: "T", series: [.init(label: "N", scores: [0.5, 9e300], truth: [true, false])]),
            RiskCoverageFigure(title: "T", coverage: [0, 0.5, 1], risk: [.nan, 0, 0]),
            PerLabelF1Figure(title: "T", rows: [.init(label: "N", value: .nan)], macro: .nan),
            RobustnessFigure(
                title: "T", metric: "F1", clean: .nan, perturbations: [.init(name: "blur", value: .nan)]),
            ClassCountsFigure(title: "T", rows: [.init(label: "N", before: 0)]),
            LearningCurveFigure(title: "T", metric: "Loss", series: [.init(name: "a", values: [.nan, 0.25])]),
            ComparisonFigure(
                title: "T", first: "a", second: "b", rows: [.init(name: "F1", difference: .nan, interval: nil)]),
            ComparisonFigure(
                title: "T", first: "a", second: "b", rows: [.init(name: "F1", difference: 0, interval: 0 ... 0)]),
            LeakageFigure(
                title: "T", kinds: ["a", "b"],
                rows: [
                    .init(
                        label: "N",
                        bars: [nil, .init(probe: "p", value: 0.3, null: .nan, limit: .nan, leaks: false)])
                ]),
            ContactSheet(title: "T", pictures: [.init(width: 1, height: 1, pixels: [0], caption: "")]),
            ContactSheet(
                title: "T",
                pictures: [.init(width: 1, height: 900, pixels: .init(repeating: 9, count: 900), caption: "")]),
        ]
        for figure in figures {
            #expect(try figure.drawing().svg().contains("<svg"), "\(type(of: figure))")
        }
    }

    @Test func `a legend lists undefined curves`() throws {
        let figure = ROCCurvesFigure(
            title: "T",
            curves: [
                .init(label: "N", falsePositiveRates: [0, 0, 1], truePositiveRates: [0, 1, 1], area: 1),
                .init(label: "F", falsePositiveRates: [], truePositiveRates: [], area: nil),
            ])
        let svg = try figure.drawing().svg()
        #expect(svg.contains("N: 1.000") && svg.contains("F: –"))
        #expect(figure.summary.hasSuffix("N 1.000, F undefined."))
    }

    @Test func `forty labels are drawn`() throws {
        let labels = (1 ... 40).map { "label number \($0)" }
        let confusion = ConfusionMatrixFigure(
            title: "T", labels: labels, counts: labels.indices.map { row in labels.indices.map { $0 == row ? 9 : 1 } })
        #expect(try confusion.drawing().svg().contains("<svg"))
        let perLabel = PerLabelF1Figure(title: "T", rows: labels.map { .init(label: $0, value: 0.5) })
        #expect(try perLabel.drawing().size.height > 1500)
        #expect(try perLabel.drawing().svg().contains("label number 40"))
    }
}
