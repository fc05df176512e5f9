import Files
import Foundation
import Testing

@testable import Plots

/// Labels, titles and captions come from folders and files with arbitrary names.
struct FigureHostileLabelTests {
    /// Returns every figure with `texts` in all places for text.
    func figures(_ texts: [String]) -> [any Figure] {
        let all = texts.joined(separator: " ")
        let ramp = [0.0, 0.5, 1.0]
        return [
            ConfusionMatrixFigure(
                title: all, labels: texts, counts: texts.map { _ in texts.map { _ in 1 } }, truthAxis: all,
                decisionAxis: all),
            ROCCurvesFigure(
                title: all,
                curves: texts.map { .init(label: $0, falsePositiveRates: ramp, truePositiveRates: ramp, area: 0.5) }),
            PrecisionRecallFigure(
                title: all,
                curves: texts.map {
                    .init(label: $0, recall: ramp, precision: ramp, prevalence: 0.1, averagePrecision: 0.5)
                }),
            ReliabilityFigure(
                title: all,
                series: texts.map { .init(label: $0, scores: ramp, truth: [false, true, true], error: 0.1) }),
            RiskCoverageFigure(
                title: all, coverage: ramp, risk: ramp, chosen: .init(name: all, coverage: 0.5, risk: 0.5),
                riskName: all),
            PerLabelF1Figure(title: all, rows: texts.map { .init(label: $0, value: 0.5) }, metric: all),
            RobustnessFigure(
                title: all, metric: all, clean: 1, perturbations: texts.map { .init(name: $0, value: 0.5) }),
            ClassCountsFigure(title: all, rows: texts.map { .init(label: $0, before: 5, after: 4) }),
            LearningCurveFigure(title: all, metric: all, series: texts.map { .init(name: $0, values: ramp) }),
            ComparisonFigure(
                title: all, first: all, second: all,
                rows: texts.map { .init(name: $0, difference: 0.1, interval: -0.1 ... 0.3) }),
            LeakageFigure(
                title: all, kinds: [all],
                rows: texts.map {
                    .init(label: $0, bars: [.init(probe: $0, value: 0.9, null: 0.6, limit: 0.75, leaks: true)])
                }),
            ContactSheet(
                title: all, pictures: texts.map { .init(width: 2, height: 2, pixels: [0, 255, 255, 0], caption: $0) }),
        ]
    }

    @Test func `no label, title or caption is executed`() throws {
        try TemporaryFolder.use { folder in
            let marker = "\(folder)/marker"
            for figure in figures(HostileText.commands(making: marker)) {
                let svg = try figure.drawing().svg()
                #expect(!svg.contains("<script"))
                #expect(isWellFormed(svg), "\(type(of: figure)) is not well-formed XML")
                #expect(try figure.drawing().png().count > 500)
            }
            #expect(!FileManager.default.fileExists(atPath: marker))
        }
    }

    @Test func `labels are drawn literally`() throws {
        let labels = ["a_b^{c}", "50%", "N|S", "x\"y'z`", "<b>&amp;", "@N", "\\n", "Ωé漢"]
        let shown = labels.map { HTMLText.escape($0).replacingOccurrences(of: "&gt;", with: ">") }
            .map { $0.replacingOccurrences(of: "&quot;", with: "\"").replacingOccurrences(of: "&#39;", with: "'") }
        for figure in figures(labels) where !(figure is RiskCoverageFigure) {
            let svg = try figure.drawing().svg()
            for text in shown { #expect(svg.contains(text), "\(type(of: figure)) lost \(text)") }
        }
    }

    /// Whether tags are closed in the order in which they were opened.
    private func isWellFormed(_ document: String) -> Bool {
        var open: [Substring] = []
        for case .tag(let tag) in Markup.pieces(of: document) {
            if tag.hasPrefix("?") || tag.hasSuffix("/") { continue }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst().prefix(while: { !$0.isWhitespace }) else { return false }
            } else {
                open.append(tag.prefix { !$0.isWhitespace })
            }
        }
        return open.isEmpty
    }
}
