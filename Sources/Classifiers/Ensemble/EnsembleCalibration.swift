import LinearAlgebra

/// The calibrators, vote weights and thresholds that turn decision values of the members into scores and decisions.
///
/// It is fitted on rows that the members were not fitted on.
public struct EnsembleCalibration: Codable, Equatable, Sendable {
    /// The source of the weights of the soft vote.
    public enum Weighting: Equatable, Sendable {
        /// The most equal weights that are not clearly worse than the best ones, see `VoteWeights`.
        case fitted
        case equal
        /// One per member.
        case given([Double])
    }

    /// The source of the thresholds.
    public enum Thresholds: Equatable, Sendable {
        /// The threshold per label with the highest F1 on the calibration set.
        case bestF1
        /// One number for all labels.
        case fixed(Double)
    }

    public struct Parameters: Equatable, Sendable {
        /// The rule of the decisions. Scores are the weighted mean for every rule.
        public var vote: Vote
        public var weighting: Weighting
        public var thresholds: Thresholds
        public var calibration: CalibrationMethod
        /// The metric by which the vote `per-label` selects a rule or member for each label.
        public var choice: LabelChoice.Goal

        public init(
            vote: Vote = .soft, weighting: Weighting = .fitted, thresholds: Thresholds = .bestF1,
            calibration: CalibrationMethod = .platt, choice: LabelChoice.Goal = .f1
        ) {
            self.vote = vote
            self.weighting = weighting
            self.thresholds = thresholds
            self.calibration = calibration
            self.choice = choice
        }
    }

    public let vote: Vote
    /// One per member.
    public let calibrations: [LabelCalibration]
    /// One per member; their sum is 1.
    public let weights: [Double]
    /// One per label, for the scores of the ensemble.
    public let thresholds: [Double]
    /// One per member and label, for the calibrated scores of the member.
    public let memberThresholds: [[Double]]
    /// Present if the vote or a label's choice is stacked.
    public let stack: LabelStack?
    /// One per label; present if the vote is per label.
    public let choices: [LabelChoice]?

    /// - Precondition: the calibrations, weights and thresholds are for the same members and labels, at least one of
    ///   each. The weights are not negative and not all zero. The stack and the choices are present if the vote needs
    ///   them.
    public init(
        vote: Vote, calibrations: [LabelCalibration], weights: [Double], thresholds: [Double],
        memberThresholds: [[Double]], stack: LabelStack? = nil, choices: [LabelChoice]? = nil
    ) {
        let fault =
            Self.fault(calibrations, weights, thresholds, memberThresholds)
            ?? Self.fault(vote, stack, choices, members: weights.count, labels: thresholds.count)
        precondition(fault == nil, fault ?? "")
        self.vote = vote
        self.calibrations = calibrations
        self.weights = weights
        self.thresholds = thresholds
        self.memberThresholds = memberThresholds
        self.stack = stack
        self.choices = choices
    }

    private static func fault(
        _ calibrations: [LabelCalibration], _ weights: [Double], _ thresholds: [Double], _ memberThresholds: [[Double]]
    ) -> String? {
        guard !weights.isEmpty, weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.reduce(0, +).isNormal else {
            return "weights must not be negative or all zero, found \(weights)"
        }
        guard calibrations.count == weights.count, memberThresholds.count == weights.count,
            calibrations.allSatisfy({ $0.calibrators.count == thresholds.count }),
            memberThresholds.allSatisfy({ $0.count == thresholds.count })
        else { return "calibrations, weights and thresholds have different numbers of members or labels" }
        return nil
    }

    private static func fault(
        _ vote: Vote, _ stack: LabelStack?, _ choices: [LabelChoice]?, members: Int, labels: Int
    ) -> String? {
        if let fault = stack?.fault(members: members, labels: labels) { return fault }
        if vote == .perLabel, choices == nil { return "the vote per-label needs a choice for each label" }
        if let choices, choices.count != labels { return "\(choices.count) choices for \(labels) labels" }
        for choice in choices ?? [] {
            switch choice {
            case .vote(.perLabel): return "the choice for a label must not be the vote per-label itself"
            case .member(let index) where !(0 ..< members).contains(index): return "unknown member \(index) in a choice"
            case .vote, .member: break
            }
        }
        let needsStack = vote == .stacked || (choices ?? []).contains(.vote(.stacked))
        return needsStack && stack == nil ? "a stacked vote without a stack" : nil
    }

    /// Fits calibrators, weights and thresholds on the calibration set.
    ///
    /// - Parameters:
    ///   - decisionValues: n × L per member.
    ///   - truth: n × L.
    ///   - scales: one per member; nil if every calibration method is applicable.
    ///   - folds: the fold of each row. The thresholds of a stack and the choices per label are selected out of fold.
    ///     Without folds, they are selected on the rows that the stack is fitted on.
    /// - Precondition: given weights are one per member, not negative and not all zero.
    public static func fit(
        decisionValues: [Matrix<Double>], truth: LabelMatrix, parameters: Parameters, scales: [DecisionScale]? = nil,
        folds: [Int]? = nil
    ) -> EnsembleCalibration {
        precondition(folds.map { $0.count == truth.rows } ?? true, "folds for a different number of rows")
        precondition(
            scales.map { $0.count == decisionValues.count } ?? true, "scales for a different number of members")
        let calibrations = calibrations(decisionValues, truth, parameters, scales)
        let scores = zip(calibrations, decisionValues).map { $0.probabilities($1) }
        let weights: [Double]
        switch parameters.weighting {
        case .fitted: weights = VoteWeights.fitted(memberScores: scores, truth: truth).values
        case .equal: weights = Array(repeating: 1 / Double(scores.count), count: scores.count)
        case .given(let given):
            precondition(given.count == scores.count, "\(given.count) weights for \(scores.count) members")
            let sum = given.reduce(0, +)
            precondition(
                sum > 0 && given.allSatisfy { $0 >= 0 }, "weights must not be negative or all zero, found \(given)")
            weights = given.map { $0 / sum }
        }
        func thresholds(of scores: Matrix<Double>) -> [Double] {
            switch parameters.thresholds {
            case .bestF1: ThresholdTuning.tuned(scores: scores, truth: truth).map(\.threshold)
            case .fixed(let value): Array(repeating: value, count: truth.columns)
            }
        }
        var stack: LabelStack?
        if parameters.vote == .stacked || parameters.vote == .perLabel {
            var fitted = LabelStack.fit(memberScores: scores, truth: truth)
            let held = outOfFoldStackScores(decisionValues, truth, folds, parameters, scales)
            fitted.thresholds = thresholds(of: held ?? fitted.probabilities(scores))
            stack = fitted
        }
        return EnsembleCalibration(
            vote: parameters.vote, calibrations: calibrations, weights: weights,
            thresholds: thresholds(of: Vote.mean(scores, weights: weights)),
            memberThresholds: scores.map(thresholds(of:)), stack: stack,
            choices: parameters.vote == .perLabel
                ? choices(decisionValues, truth, folds, parameters, scales) : nil)
    }

    /// One per member.
    static func calibrations(
        _ decisionValues: [Matrix<Double>], _ truth: LabelMatrix, _ parameters: Parameters, _ scales: [DecisionScale]?
    ) -> [LabelCalibration] {
        decisionValues.enumerated().map { member, values in
            let method = scales.map { parameters.calibration.applicable(to: $0[member]) } ?? parameters.calibration
            return LabelCalibration.fit(method: method, decisionValues: values, truth: truth)
        }
    }

    /// Returns scores and decisions.
    ///
    /// - Parameter decisionValues: n × L per member.
    public func apply(to decisionValues: [Matrix<Double>]) -> EnsembleScores {
        precondition(decisionValues.count == calibrations.count, "decision values of a different number of members")
        let members = zip(calibrations, decisionValues).map { $0.probabilities($1) }
        return EnsembleScores(
            scores: Vote.mean(members, weights: weights), decision: decision(members),
            memberScores: members, memberDecisions: memberDecisions(members))
    }

    private func memberDecisions(_ members: [Matrix<Double>]) -> [LabelMatrix] {
        zip(members, memberThresholds).map { ThresholdTuning.decision(scores: $0, thresholds: $1) }
    }

    private func decision(_ members: [Matrix<Double>]) -> LabelMatrix {
        guard vote == .perLabel, let choices else { return decision(by: .vote(vote), members) }
        var decision = LabelMatrix(rows: members[0].rows, columns: choices.count)
        var known: [(choice: LabelChoice, decision: LabelMatrix)] = []
        for (label, choice) in choices.enumerated() {
            if !known.contains(where: { $0.choice == choice }) {
                known.append((choice, self.decision(by: choice, members)))
            }
            guard let chosen = known.first(where: { $0.choice == choice })?.decision else { continue }
            for row in 0 ..< decision.rows where chosen[row, label] { decision[row, label] = true }
        }
        return decision
    }

    /// Returns the decisions of a vote or of a single member for all labels.
    ///
    /// - Parameter members: calibrated n × L scores per member.
    func decision(by choice: LabelChoice, _ members: [Matrix<Double>]) -> LabelMatrix {
        switch choice {
        case .vote(.hard): return Vote.majority(memberDecisions(members))
        case .vote(.weighted): return Vote.majority(memberDecisions(members), weights: weights)
        case .vote(.stacked):
            guard let stack else { preconditionFailure("a stacked vote without a stack") }
            return ThresholdTuning.decision(scores: stack.probabilities(members), thresholds: stack.thresholds)
        case .vote(.soft), .vote(.perLabel):
            return ThresholdTuning.decision(scores: Vote.mean(members, weights: weights), thresholds: thresholds)
        case .member(let index):
            return ThresholdTuning.decision(scores: members[index], thresholds: memberThresholds[index])
        }
    }
}

extension EnsembleCalibration {
    private enum CodingKeys: CodingKey {
        case vote, calibrations, weights, thresholds, memberThresholds, stack, choices
    }

    /// - Throws: `DecodingError.dataCorrupted` for inconsistent values.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let calibrations = try container.decode([LabelCalibration].self, forKey: .calibrations)
        let weights = try container.decode([Double].self, forKey: .weights)
        let thresholds = try container.decode([Double].self, forKey: .thresholds)
        let memberThresholds = try container.decode([[Double]].self, forKey: .memberThresholds)
        let vote = try container.decode(Vote.self, forKey: .vote)
        let stack = try container.decodeIfPresent(LabelStack.self, forKey: .stack)
        let choices = try container.decodeIfPresent([LabelChoice].self, forKey: .choices)
        let fault =
            Self.fault(calibrations, weights, thresholds, memberThresholds)
            ?? Self.fault(vote, stack, choices, members: weights.count, labels: thresholds.count)
        if let fault {
            throw DecodingError.dataCorruptedError(forKey: .weights, in: container, debugDescription: fault)
        }
        self.init(
            vote: vote, calibrations: calibrations, weights: weights, thresholds: thresholds,
            memberThresholds: memberThresholds, stack: stack, choices: choices)
    }
}
