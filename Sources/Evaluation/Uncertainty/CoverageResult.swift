import Classifiers
import Foundation
import Plots

/// The `coverage` block of `metrics.json`: what conformal prediction promised and what came true.
public struct CoverageResult: Codable, Equatable, Sendable {
    /// One side of a label: the samples with it, or those without.
    public struct Side: Codable, Equatable, Sendable {
        /// Samples on this side.
        public let samples: Int
        /// The share of them whose true answer is in the set; nil without samples.
        public let coverage: Double?
        /// The rows that the bound was calibrated on.
        public let calibrationRows: Int
        /// Whether the coverage is below the promise by more than chance allows.
        public let isMissed: Bool

        enum CodingKeys: String, CodingKey {
            case samples, coverage
            case calibrationRows = "calibration_rows"
            case isMissed = "missed"
        }
    }

    public struct Label: Codable, Equatable, Sendable {
        /// Of samples with the label.
        public let yes: Side
        /// Of samples without it.
        public let no: Side
        /// The share of sets that are one answer; nil without samples.
        public let answered: Double?
    }

    public let promised: Double
    /// By label code.
    public let labels: [String: Label]

    /// - Parameters:
    ///   - coverage: of the scored samples.
    ///   - bounds: of the model, for the numbers of its calibration rows.
    init(_ coverage: ConformalCoverage, codes: [String], bounds: [ConformalLabels.Bounds]) {
        let promised = coverage.promised
        // One in twenty evaluations of a promise that is kept may complain, whatever the number of labels.
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

    /// How likely no more than `covered` of `samples` new samples are covered if calibration and new samples are
    /// drawn alike: beta-binomial with n + 1 − l and l, l = ⌊(n + 1)α⌋ (a calibration of n rows covers a share that is
    /// beta distributed itself).
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

    /// A sentence for each broken promise.
    func warnings(codes: [String]) -> [String] {
        codes.flatMap { code -> [String] in
            guard let label = labels[code] else { return [] }
            return [("with", label.yes), ("without", label.no)].filter(\.1.isMissed).map { word, side in
                "Conformal prediction promised \(ReportTable.number(promised, decimals: 2)) and covered "
                    + "\(ReportTable.number(side.coverage)) of \(side.samples) samples \(word) label \(code), less than "
                    + "chance allows: these samples differ from those of training"
            }
        }
    }

    /// For terminal and report.
    func table(codes: [String]) -> ReportTable {
        var table = ReportTable(
            caption: "Conformal prediction: share of sets that hold the true answer, promised "
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
