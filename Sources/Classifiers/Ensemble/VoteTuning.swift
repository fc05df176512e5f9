import LinearAlgebra

/// What turns the members' decision values into calibrated scores and decisions: calibrators, vote weights, thresholds.
///
/// It is fitted on rows that the members have not been fitted on, and applies to any others.
public struct VoteTuning: Codable, Equatable, Sendable {
    /// How the members' scores become the ensemble's decision. The score itself is always the weighted mean.
    public enum Vote: String, Codable, CaseIterable, Sendable {
        /// A label is decided where the weighted mean of the calibrated scores reaches its threshold.
        case soft
        /// A label is decided where more than half of the members decide it, each by its own threshold.
        case hard
    }

    /// Where the weights of the vote come from.
    public enum Weighting: Codable, Equatable, Sendable {
        /// Those with the least log loss of the weighted mean on the tuning rows.
        case fitted
        case equal
        /// One per member, in the members' order.
        case given([Double])
    }

    /// Where a label is decided.
    public enum Thresholds: Codable, Equatable, Sendable {
        /// Per label, where F1 on the tuning rows is highest.
        case bestF1
        /// One number for all labels.
        case fixed(Double)
    }

    public struct Parameters: Codable, Equatable, Sendable {
        public var vote: Vote
        public var weighting: Weighting
        public var thresholds: Thresholds
        public var calibration: Calibrator.Method

        public init(
            vote: Vote = .soft, weighting: Weighting = .fitted, thresholds: Thresholds = .bestF1,
            calibration: Calibrator.Method = .platt
        ) {
            self.vote = vote
            self.weighting = weighting
            self.thresholds = thresholds
            self.calibration = calibration
        }
    }

    public let vote: Vote
    /// One per member and label.
    public let calibrators: [[Calibrator]]
    /// One per member; they add up to 1.
    public let weights: [Double]
    /// One per label: of the ensemble's score.
    public let thresholds: [Double]
    /// One per member and label: of the member's calibrated score.
    public let memberThresholds: [[Double]]

    /// - Precondition: as many calibrators, weights and thresholds as there are members and labels.
    public init(
        vote: Vote, calibrators: [[Calibrator]], weights: [Double], thresholds: [Double], memberThresholds: [[Double]]
    ) {
        precondition(
            calibrators.count == weights.count && memberThresholds.count == weights.count
                && calibrators.allSatisfy { $0.count == thresholds.count }
                && memberThresholds.allSatisfy { $0.count == thresholds.count },
            "calibrators, weights and thresholds are of different numbers of members or labels")
        self.vote = vote
        self.calibrators = calibrators
        self.weights = weights
        self.thresholds = thresholds
        self.memberThresholds = memberThresholds
    }

    /// Fits everything on the tuning rows.
    ///
    /// - Parameters:
    ///   - decisionValues: one n × L matrix per member.
    ///   - truth: n × L.
    public static func fit(
        decisionValues: [Matrix<Double>], truth: LabelMatrix, parameters: Parameters
    ) -> VoteTuning {
        let calibrators = decisionValues.map { values in
            (0 ..< truth.columns).map { label in
                Calibrator.fit(
                    method: parameters.calibration, decisionValues: values.column(label), truth: truth.column(label))
            }
        }
        let scores = zip(calibrators, decisionValues).map { Self.calibrated($1, by: $0) }
        let weights: [Double]
        switch parameters.weighting {
        case .fitted: weights = VoteWeights.fitted(memberScores: scores, truth: truth)
        case .equal: weights = Array(repeating: 1 / Double(scores.count), count: scores.count)
        case .given(let given):
            precondition(given.count == scores.count, "\(given.count) weights for \(scores.count) members")
            let sum = given.reduce(0, +)
            weights = given.map { $0 / sum }
        }
        func thresholds(of scores: Matrix<Double>) -> [Double] {
            switch parameters.thresholds {
            case .bestF1:
                (0 ..< truth.columns).map {
                    ThresholdTuning.bestF1(scores: scores.column($0), truth: truth.column($0)).threshold
                }
            case .fixed(let value): Array(repeating: value, count: truth.columns)
            }
        }
        return VoteTuning(
            vote: parameters.vote, calibrators: calibrators, weights: weights,
            thresholds: thresholds(of: Vote.softMean(scores, weights: weights)),
            memberThresholds: scores.map(thresholds(of:)))
    }

    /// Scores and decisions of any rows.
    ///
    /// - Parameter decisionValues: one n × L matrix per member.
    public func apply(to decisionValues: [Matrix<Double>]) -> EnsembleScores {
        precondition(decisionValues.count == calibrators.count, "decision values of another number of members")
        let members = zip(calibrators, decisionValues).map { Self.calibrated($1, by: $0) }
        let memberDecisions = zip(members, memberThresholds).map { Self.decided($0, at: $1) }
        let scores = Vote.softMean(members, weights: weights)
        let decision: LabelMatrix
        switch vote {
        case .soft: decision = Self.decided(scores, at: thresholds)
        case .hard: decision = Vote.majority(memberDecisions)
        }
        return EnsembleScores(
            scores: scores, decision: decision, memberScores: members, memberDecisions: memberDecisions)
    }

    private static func calibrated(_ values: Matrix<Double>, by calibrators: [Calibrator]) -> Matrix<Double> {
        var scores = values
        for row in 0 ..< values.rows {
            for label in 0 ..< values.columns {
                scores[row, label] = calibrators[label].probability(values[row, label])
            }
        }
        return scores
    }

    private static func decided(_ scores: Matrix<Double>, at thresholds: [Double]) -> LabelMatrix {
        var decision = LabelMatrix(rows: scores.rows, columns: scores.columns)
        for row in 0 ..< scores.rows {
            for label in 0 ..< scores.columns { decision[row, label] = scores[row, label] >= thresholds[label] }
        }
        return decision
    }
}

/// What an ensemble says of n samples.
public struct EnsembleScores: Equatable, Sendable {
    /// n × L in 0…1: the weighted mean of the members' calibrated scores, whatever the decision rule.
    public let scores: Matrix<Double>
    /// n × L.
    public let decision: LabelMatrix
    /// One n × L matrix per member, calibrated.
    public let memberScores: [Matrix<Double>]
    /// One n × L matrix per member, by its own thresholds.
    public let memberDecisions: [LabelMatrix]

    public init(
        scores: Matrix<Double>, decision: LabelMatrix, memberScores: [Matrix<Double>], memberDecisions: [LabelMatrix]
    ) {
        self.scores = scores
        self.decision = decision
        self.memberScores = memberScores
        self.memberDecisions = memberDecisions
    }
}
