import Foundation
import LinearAlgebra

/// Whether two systems' errors on one label differ by more than chance.
///
/// Only samples that one system answers right and the other wrong count; without a difference each is right in half of
/// them. Under 25 of them the probability is exact (two-sided binomial), else it is that of
/// χ² = max(|b − c| − 1, 0)² / (b + c) with one degree of freedom. Samples are taken to be independent: where a patient
/// has several, the bootstrap by groups is the fairer test.
///
/// - Source: McNemar, Psychometrika 12 (1947), with the continuity correction of Edwards, Psychometrika 13 (1948).
public struct McNemarTest: Equatable, Codable, Sendable {
    /// Samples that only the first system answers right.
    public let onlyFirstRight: Int
    /// Samples that only the second system answers right.
    public let onlySecondRight: Int
    /// χ², nil where the probability is exact.
    public let statistic: Double?
    /// The probability of a difference at least this large by chance; 1 where the systems never differ.
    public let pValue: Double

    public init(onlyFirstRight: Int, onlySecondRight: Int) {
        precondition(onlyFirstRight >= 0 && onlySecondRight >= 0, "counts are not negative")
        self.onlyFirstRight = onlyFirstRight
        self.onlySecondRight = onlySecondRight
        let differing = onlyFirstRight + onlySecondRight
        if differing < 25 {
            statistic = nil
            var (term, tail) = (1.0, 0.0)
            for wins in 0 ... min(onlyFirstRight, onlySecondRight) {
                tail += term
                term *= Double(differing - wins) / Double(wins + 1)
            }
            pValue = min(1, 2 * tail * pow(0.5, Double(differing)))
        } else {
            let gap = Double(max(abs(onlyFirstRight - onlySecondRight) - 1, 0))
            let statistic = gap * gap / Double(differing)
            self.statistic = statistic
            pValue = erfc((statistic / 2).squareRoot())
        }
    }

    /// One test for each label.
    ///
    /// - Parameters:
    ///   - truth: n × L.
    ///   - first: n × L, one system's decision.
    ///   - second: n × L, the other's.
    public static func perLabel(truth: LabelMatrix, first: LabelMatrix, second: LabelMatrix) -> [McNemarTest] {
        requireSameShape(truth, first)
        requireSameShape(truth, second)
        return (0 ..< truth.columns).map { label in
            var (onlyFirst, onlySecond) = (0, 0)
            for row in 0 ..< truth.rows where first[row, label] != second[row, label] {
                if first[row, label] == truth[row, label] { onlyFirst += 1 } else { onlySecond += 1 }
            }
            return McNemarTest(onlyFirstRight: onlyFirst, onlySecondRight: onlySecond)
        }
    }
}
