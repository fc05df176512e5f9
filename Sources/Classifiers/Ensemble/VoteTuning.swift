import LinearAlgebra

/// What turns the members' decision values into calibrated scores and decisions: calibrators, vote weights, thresholds.
///
/// It is fitted on rows that the members have not been fitted on, and applies to any others.
public struct VoteTuning: Codable, Equatable, Sendable {
    /// Where the weights of the soft vote come from.
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
        /// How the decision is made; the score is always the weighted mean.
        public var vote: Vote
        public var weighting: Weighting
        public var thresholds: Thresholds
        public var calibration: CalibrationMethod

        public init(
            vote: Vote = .soft, weighting: Weighting = .fitted, thresholds: Thresholds = .bestF1,
            calibration: CalibrationMethod = .platt
        ) {
            self.vote = vote
            self.weighting = weighting
            self.thresholds = thresholds
            self.calibration = calibration
        }
    }

    public let vote: Vote
    /// One per member.
    public let calibrations: [LabelCalibration]
    /// One per member; they add up to 1.
    public let weights: [Double]
    /// One per label: of the ensemble's score.
    public let thresholds: [Double]
    /// One per member and label: of the member's calibrated score.
    public let memberThresholds: [[Double]]

    /// - Precondition: as many calibrations, weights and thresholds as there are members and labels, at least one;
    ///   the weights are not negative and not all zero.
    public init(
        vote: Vote, calibrations: [LabelCalibration], weights: [Double], thresholds: [Double],
        memberThresholds: [[Double]]
    ) {
        let fault = Self.fault(calibrations, weights, thresholds, memberThresholds)
        precondition(fault == nil, fault ?? "")
        self.vote = vote
        self.calibrations = calibrations
        self.weights = weights
        self.thresholds = thresholds
        self.memberThresholds = memberThresholds
    }

    private static func fault(
        _ calibrations: [LabelCalibration], _ weights: [Double], _ thresholds: [Double], _ memberThresholds: [[Double]]
    ) -> String? {
        guard !weights.isEmpty, weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.reduce(0, +).isNormal else {
            return "weights are not negative and not all zero, found \(weights)"
        }
        guard calibrations.count == weights.count, memberThresholds.count == weights.count,
            calibrations.allSatisfy({ $0.calibrators.count == thresholds.count }),
            memberThresholds.allSatisfy({ $0.count == thresholds.count })
        else { return "calibrations, weights and thresholds are of different numbers of members or labels" }
        return nil
    }

    /// Fits everything on the tuning rows.
    ///
    /// - Parameters:
    ///   - decisionValues: one n × L matrix per member.
    ///   - truth: n × L.
    ///   - scales: one per member; nil where every method suits every member.
    /// - Precondition: given weights are as many as the members, not negative and not all zero.
    public static func fit(
        decisionValues: [Matrix<Double>], truth: LabelMatrix, parameters: Parameters, scales: [Member.Scale]? = nil
    ) -> VoteTuning {
        precondition(scales.map { $0.count == decisionValues.count } ?? true, "scales of another number of members")
        let calibrations = decisionValues.enumerated().map { member, values in
            let method = scales.map { parameters.calibration.applicable(to: $0[member]) } ?? parameters.calibration
            return LabelCalibration.fit(method: method, decisionValues: values, truth: truth)
        }
        let scores = zip(calibrations, decisionValues).map { $0.probabilities($1) }
        let weights: [Double]
        switch parameters.weighting {
        case .fitted: weights = VoteWeights.fitted(memberScores: scores, truth: truth).values
        case .equal: weights = Array(repeating: 1 / Double(scores.count), count: scores.count)
        case .given(let given):
            precondition(given.count == scores.count, "\(given.count) weights for \(scores.count) members")
            let sum = given.reduce(0, +)
            precondition(sum > 0 && given.allSatisfy { $0 >= 0 }, "weights of \(given)")
            weights = given.map { $0 / sum }
        }
        func thresholds(of scores: Matrix<Double>) -> [Double] {
            switch parameters.thresholds {
            case .bestF1: ThresholdTuning.tuned(scores: scores, truth: truth).map(\.threshold)
            case .fixed(let value): Array(repeating: value, count: truth.columns)
            }
        }
        return VoteTuning(
            vote: parameters.vote, calibrations: calibrations, weights: weights,
            thresholds: thresholds(of: Vote.mean(scores, weights: weights)),
            memberThresholds: scores.map(thresholds(of:)))
    }

    /// Scores and decisions of any rows.
    ///
    /// - Parameter decisionValues: one n × L matrix per member.
    public func apply(to decisionValues: [Matrix<Double>]) -> EnsembleScores {
        precondition(decisionValues.count == calibrations.count, "decision values of another number of members")
        let members = zip(calibrations, decisionValues).map { $0.probabilities($1) }
        let memberDecisions = zip(members, memberThresholds).map {
            ThresholdTuning.decision(scores: $0, thresholds: $1)
        }
        let scores = Vote.mean(members, weights: weights)
        let decision: LabelMatrix
        switch vote {
        case .soft: decision = ThresholdTuning.decision(scores: scores, thresholds: thresholds)
        case .hard: decision = Vote.majority(memberDecisions)
        }
        return EnsembleScores(
            scores: scores, decision: decision, memberScores: members, memberDecisions: memberDecisions)
    }
}

extension VoteTuning {
    private enum CodingKeys: CodingKey {
        case vote, calibrations, weights, thresholds, memberThresholds
    }

    /// - Throws: `DecodingError.dataCorrupted` for numbers that make no vote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let calibrations = try container.decode([LabelCalibration].self, forKey: .calibrations)
        let weights = try container.decode([Double].self, forKey: .weights)
        let thresholds = try container.decode([Double].self, forKey: .thresholds)
        let memberThresholds = try container.decode([[Double]].self, forKey: .memberThresholds)
        if let fault = Self.fault(calibrations, weights, thresholds, memberThresholds) {
            throw DecodingError.dataCorruptedError(forKey: .weights, in: container, debugDescription: fault)
        }
        self.init(
            vote: try container.decode(Vote.self, forKey: .vote), calibrations: calibrations, weights: weights,
            thresholds: thresholds, memberThresholds: memberThresholds)
    }
}
