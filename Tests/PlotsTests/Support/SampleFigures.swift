import Foundation
import LinearAlgebra
import Plots

/// One figure of each kind with invented data similar to the product's.
enum SampleFigures {
    static let labels = ["N", "S", "V", "F", "Q", "M"]

    static var all: [(name: String, figure: any Figure)] {
        [
            ("confusion", confusion), ("roc", roc), ("precision-recall", precisionRecall),
            ("reliability", reliability), ("risk-coverage", riskCoverage), ("per-label-f1", perLabelF1),
            ("robustness", robustness), ("class-counts", classCounts), ("learning-curve", learningCurve),
            ("comparison", comparison), ("leakage", leakage), ("contact-sheet", contactSheet),
        ]
    }

    static let confusion = ConfusionMatrixFigure(
        title: "Decisions on the test part, 1710 beats", labels: labels,
        counts: [
            [431, 28, 9, 14, 3, 15], [41, 192, 6, 0, 1, 6], [14, 5, 310, 11, 2, 8], [9, 0, 12, 78, 0, 1],
            [2, 0, 4, 0, 210, 0], [31, 4, 7, 2, 1, 253],
        ])

    /// Returns scores that predict the label better with a larger `separation`.
    static func scores(_ index: Int, separation: Double, count: Int = 240) -> (scores: [Double], truth: [Bool]) {
        var generator = SeededGenerator(seed: 7, purpose: "sample scores", index: index)
        let truth = (0 ..< count).map { _ in generator.uniform() < 0.3 }
        let scores = truth.map { 1 / (1 + exp(-(generator.normal() * 1.5 + ($0 ? separation : -separation)))) }
        return (scores, truth)
    }

    static let roc = ROCCurvesFigure(
        title: "Each label against the others",
        curves: labels.enumerated().map { index, label in
            let (scores, truth) = scores(index, separation: 0.6 + 0.25 * Double(index))
            let order = scores.indices.sorted { scores[$0] > scores[$1] }
            let (positives, negatives) = (Double(truth.count { $0 }), Double(truth.count { !$0 }))
            var (x, y, area) = ([0.0], [0.0], 0.0)
            for sample in order {
                x.append(x.last! + (truth[sample] ? 0 : 1 / negatives))
                y.append(y.last! + (truth[sample] ? 1 / positives : 0))
                area += truth[sample] ? 0 : y.last! / negatives
            }
            return .init(label: label, falsePositiveRates: x, truePositiveRates: y, area: area)
        })

    static let precisionRecall = PrecisionRecallFigure(
        title: "Precision and recall of each label",
        curves: labels.enumerated().map { index, label in
            let (scores, truth) = scores(index, separation: 0.6 + 0.25 * Double(index))
            let order = scores.indices.sorted { scores[$0] > scores[$1] }
            let positives = Double(truth.count { $0 })
            var (hits, recall, precision, average) = (0.0, [0.0], [1.0], 0.0)
            for (place, sample) in order.enumerated() {
                hits += truth[sample] ? 1 : 0
                recall.append(hits / positives)
                precision.append(hits / Double(place + 1))
                average += truth[sample] ? precision.last! / positives : 0
            }
            return .init(
                label: label, recall: recall, precision: precision, prevalence: positives / Double(truth.count),
                averagePrecision: average)
        })

    static let reliability = ReliabilityFigure(
        title: "Are the scores probabilities?",
        series: labels.prefix(3).enumerated().map { index, label in
            let (scores, truth) = scores(index, separation: 0.5 + 0.4 * Double(index))
            var series = ReliabilityFigure.Series(label: label, scores: scores, truth: truth)
            series.error = series.bins.reduce(0) { error, bin in
                error + abs(bin.meanScore - bin.positiveShare) * Double(bin.count) / Double(scores.count)
            }
            return series
        })

    static let riskCoverage = RiskCoverageFigure(
        title: "Coverage and risk", coverage: (0 ... 100).map { Double($0) / 100 },
        risk: (0 ... 100).map { $0 == 0 ? .nan : 0.13 * pow(Double($0) / 100, 2.2) },
        chosen: .init(coverage: 0.87, risk: 0.0957), targetRisk: 0.1)

    static let perLabelF1 = PerLabelF1Figure(
        title: "F1 of each label on the test part",
        rows: zip(labels, [0.879, 0.732, 0.885, 0.820, 0.962, 0.832]).enumerated().map { index, row in
            .init(
                label: row.0, value: row.1, interval: row.1 - 0.03 - 0.006 * Double(index) ... min(1, row.1 + 0.025),
                support: [500, 246, 350, 100, 216, 1298][index])
        }, macro: 0.852)

    static let robustness = RobustnessFigure(
        title: "The same pictures, perturbed", metric: "Macro-F1", clean: 0.882,
        perturbations: zip(
            [
                "recolored", "thicker lines", "thinner lines", "grid", "JPEG at 30", "noise 0.1", "blur",
                "rotated 3°", "cropped 10 %", "inverted",
            ], [0.882, 0.801, 0.833, 0.512, 0.861, 0.443, 0.790, 0.655, 0.610, .nan]
        ).map { .init(name: $0, value: $1) })

    static let classCounts = ClassCountsFigure(
        title: "Training samples before and after balancing",
        rows: zip(labels, [75_709, 2_223, 5_789, 642, 6_431, 10_505]).map { label, count in
            .init(label: label, before: count, after: min(count, 4000))
        })

    static let learningCurve = LearningCurveFigure(
        title: "Training the network", metric: "Cross-entropy (nats)",
        series: [
            .init(name: "training", values: loss(from: 1.6, to: 0.05, rising: 0)),
            .init(name: "validation", values: loss(from: 1.5, to: 0.15, rising: 0.004)),
        ], keptEpoch: 18)

    private static func loss(from start: Double, to end: Double, rising: Double) -> [Double] {
        (1 ... 24).map { epoch in
            let decay = exp(-Double(epoch) / 6)
            return epoch == 9 && rising > 0 ? Double.nan : start * decay + rising * Double(epoch) + end
        }
    }

    static let comparison = ComparisonFigure(
        title: "Does the ensemble help?", first: "binary relevance", second: "ensemble",
        rows: [
            .init(name: "macro-F1", difference: 0.021, interval: 0.008 ... 0.034),
            .init(name: "micro-F1", difference: 0.012, interval: -0.001 ... 0.025),
            .init(name: "Hamming loss", difference: -0.009, interval: -0.015 ... -0.003),
            .init(name: "S: F1", difference: 0.031, interval: -0.004 ... 0.066),
            .init(name: "F: F1", difference: .nan, interval: nil),
        ])

    static let leakage = LeakageFigure(
        title: "Labels predicted without the heart", kinds: ["as drawn", "with neutral ink"],
        rows: labels.enumerated().map { index, label in
            .init(
                label: label,
                bars: [
                    .init(probe: "darkest gray", value: 1, null: 0.52 + 0.01 * Double(index), limit: 0.75, leaks: true),
                    index == 4
                        ? nil
                        : .init(
                            probe: "trailing flat line", value: 0.48 + 0.08 * Double(index), null: 0.54, limit: 0.95,
                            leaks: false),
                ])
        })

    static let contactSheet = ContactSheet(
        title: "The most confident errors",
        pictures: (0 ..< 12).map { index in
            var pixels = [UInt8](repeating: 255, count: 224 * 224)
            var before = 170
            for column in 8 ..< 216 {
                let beat = Double(column - 112 - 4 * index) / 9
                let height = 120 * exp(-beat * beat) + 12 * sin(Double(column) / 14)
                let row = min(max(Int(170 - height), 1), 222)
                for y in min(row, before) - 1 ... max(row, before) + 1 { pixels[y * 224 + column] = 0 }
                before = row
            }
            return .init(
                width: 224, height: 224, pixels: pixels,
                caption: "\(labels[index % 6]) → \(labels[(index + 2) % 6])  0.9\(9 - index % 10)")
        })
}
