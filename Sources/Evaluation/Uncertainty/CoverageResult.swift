import Classifiers
import Foundation
import Inference
import Plots

/// The `coverage` block of `metrics.json`: nominal and observed coverage of conformal prediction.
public struct CoverageResult: Codable, Equatable, Sendable {
    /// The coverage of the samples with a label, or of those without it.
    public struct Side: Codable, Equatable, Sendable {
        /// The number of samples.
        public let samples: Int
        /// The share of samples whose true answer is in the set; nil without samples.
        public let coverage: Double?
        /// The number of rows that the bound was calibrated on.
        public let calibrationRows: Int
        /// Whether the coverage is significantly below the nominal one.
        public let isMissed: Bool

        enum CodingKeys: String, CodingKey {
            case samples, coverage
            case calibrationRows = "calibration_rows"
            case isMissed = "missed"
        }
    }

    public struct Label: Codable, Equatable, Sendable {
        /// The samples with the label.
        public let yes: Side
        /// The samples without it.
        public let no: Side
        /// The share of sets with exactly one answer; nil without samples.
        public let answered: Double?
    }

    public let promised: Double
    /// The coverage by label code.
    public let labels: [String: Label]

    /// - Parameters:
    ///   - coverage: The coverage of the scored samples.
    ///   - bounds: The bounds of the model, for the number of calibration rows.
    init(_ coverage: ConformalCoverage, codes: [String], bounds: [ConformalLabels.Bounds]) {
        let promised = coverage.promised
        // Bonferroni correction: a valid model raises a warning in at most one of twenty evaluations.
        let level = 0.05 / Double(max(2 * codes.count, 1))
        func side(_ covered: Int, _ samples: Int, _ rows: Int) -> Side {
            Side(
                samples: samples, coverage: samples > 0 ? Double(covered) / Double(samples) : nil,
                calibrationRows: rows,
                isMissed: Self.probability(
                    ofAtMost: covered, among: samples, calibratedOn: rows, alpha: 1 - promised) < level)
        }
        self.promised = promised
        labels = Dictionary(
            uniqueKeysWithValues: codes.enumerated().map { index, code in
                let (found, bound) = (coverage.labels[index], bounds[index])
                return (
                    code,
                    Label(
                        yes: side(found.coveredPositives, found.positives, bound.positives),
                        no: side(found.coveredNegatives, found.negatives, bound.negatives),
                        answered: found.answeredFraction)
                )
            })
    }

    /// Returns the probability that at most `covered` of `samples` new samples are covered.
    ///
    /// It assumes that calibration and new samples are exchangeable. The number is then beta-binomial with parameters
    /// n + 1 − l and l, where l = ⌊(n + 1)α⌋, because the coverage given n calibration rows is beta distributed.
    ///
    /// - Source: Vovk, Machine Learning 92 (2013), Conditional validity of inductive conformal predictors.
    static func probability(
        ofAtMost covered: Int, among samples: Int, calibratedOn rows: Int, alpha: Double
    ) -> Double {
        let beyond = Int((Double(rows + 1) * alpha + 1e-9).rounded(.down))
        guard samples > 0, beyond >= 1 else { return 1 }
        let (a, b) = (Double(rows + 1 - beyond), Double(beyond))
        func logChoose(_ n: Int, _ k: Int) -> Double {
            lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1))
        }
        func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }
        let sum = (0 ... covered).reduce(0.0) { sum, k in
            sum + exp(logChoose(samples, k) + logBeta(Double(k) + a, Double(samples - k) + b) - logBeta(a, b))
        }
        return min(sum, 1)
    }

    /// Returns a warning for each coverage that is too low.
    func warnings(codes: [String]) -> [ResultWarning] {
        codes.flatMap { code -> [ResultWarning] in
            guard let label = labels[code] else { return [] }
            return [(true, label.yes), (false, label.no)].filter(\.1.isMissed).map { hasLabel, side in
                .coverageMissed(
                    promised: promised, covered: side.coverage ?? 0, samples: side.samples, hasLabel: hasLabel,
                    label: code)
            }
        }
    }

    /// Returns the table for terminal and report.
    func table(codes: [String]) -> ReportTable {
        var table = ReportTable(
            caption: "Conformal prediction: share of sets that contain the true answer, nominal "
                + ReportTable.number(promised, decimals: 2),
            columns: [
                .init("label", .left), .init("with it"), .init("samples"), .init("without"), .init("samples"),
                .init("one answer"),
            ])
        for code in codes {
            guard let label = labels[code] else { continue }
            func text(_ side: Side) -> [String] {
                [ReportTable.number(side.coverage) + (side.isMissed ? " missed" : ""), ReportTable.count(side.samples)]
            }
            table.add([code] + text(label.yes) + text(label.no) + [ReportTable.number(label.answered)])
        }
        return table
    }
}
