import Foundation
import LinearAlgebra

/// McNemar's test: whether the error rates of two classifiers on one label differ by more than chance.
///
/// The test counts the samples that exactly one classifier gets right. Under the null hypothesis each is right in half
/// of them. With fewer than 25 such samples the p-value is exact (two-sided binomial). With more it is that of χ² =
/// max(|b − c| − 1, 0)² / (b + c) with one degree of freedom.
///
/// The test assumes independent samples. With several samples per patient, use the bootstrap with groups instead.
///
/// - Source: McNemar, Psychometrika 12 (1947), with the continuity correction of Edwards, Psychometrika 13 (1948).
public struct McNemarTest: Equatable, Codable, Sendable {
    /// The number of samples that only the first classifier gets right.
    public let onlyFirstRight: Int
    /// The number of samples that only the second classifier gets right.
    public let onlySecondRight: Int
    /// χ²; nil if the p-value is exact.
    public let statistic: Double?
    /// The probability of a difference at least this large by chance; 1 if the classifiers never differ.
    public let pValue: Double

    public init(onlyFirstRight: Int, onlySecondRight: Int) {
        precondition(onlyFirstRight >= 0 && onlySecondRight >= 0, "counts must not be negative")
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

    /// Runs one test per label.
    ///
    /// - Parameters:
    ///   - truth: n × L.
    ///   - first: n × L, the decisions of the first classifier.
    ///   - second: n × L, the decisions of the second classifier.
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
