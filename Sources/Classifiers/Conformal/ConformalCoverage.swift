import LinearAlgebra

/// The coverage of conformal sets on samples that they were not calibrated on.
public struct ConformalCoverage: Equatable, Codable, Sendable {
    /// The counts of one label.
    public struct Label: Equatable, Codable, Sendable {
        /// Samples with the label, and those of them with yes in their set.
        public var positives = 0
        public var coveredPositives = 0
        /// Samples without the label, and those of them with no in their set.
        public var negatives = 0
        public var coveredNegatives = 0
        /// The number of sets that are {yes} or {no}.
        public var answered = 0

        /// 0…1, nil without samples.
        public var positiveCoverage: Double? { ratio(coveredPositives, positives) }
        public var negativeCoverage: Double? { ratio(coveredNegatives, negatives) }
        public var answeredFraction: Double? { ratio(answered, positives + negatives) }

        private func ratio(_ part: Int, _ all: Int) -> Double? { all > 0 ? Double(part) / Double(all) : nil }
    }

    /// 1 − α.
    public let promised: Double
    /// L, in label order.
    public let labels: [Label]

    /// - Parameters:
    ///   - answers: n rows of L.
    ///   - truth: n × L.
    public init(promised: Double, answers: [[ConformalAnswer]], truth: LabelMatrix) {
        precondition(
            answers.count == truth.rows && answers.allSatisfy { $0.count == truth.columns },
            "answers are not \(truth.rows) × \(truth.columns)")
        self.promised = promised
        labels = (0 ..< truth.columns).map { label in
            var account = Label()
            for row in 0 ..< truth.rows {
                let answer = answers[row][label]
                if truth[row, label] {
                    account.positives += 1
                    if answer.containsYes { account.coveredPositives += 1 }
                } else {
                    account.negatives += 1
                    if answer.containsNo { account.coveredNegatives += 1 }
                }
                if answer == .yes || answer == .no { account.answered += 1 }
            }
            return account
        }
    }
}

extension ConformalLabels {
    /// Returns the coverage on samples that the sets were not calibrated on.
    ///
    /// - Parameters:
    ///   - scores: n × L, probabilities.
    ///   - truth: n × L.
    public func coverage(scores: Matrix<Double>, truth: LabelMatrix) -> ConformalCoverage {
        requireProbabilities(scores, of: truth)
        precondition(scores.columns == bounds.count, "\(scores.columns) labels, \(bounds.count) bounds")
        return ConformalCoverage(promised: 1 - alpha, answers: answers(scores), truth: truth)
    }
}
