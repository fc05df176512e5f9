import LinearAlgebra

/// What decides one label under the vote `per-label`.
public enum LabelChoice: Codable, Equatable, Sendable {
    /// Any vote but `perLabel`.
    case vote(Vote)
    /// A member by itself, with its own threshold.
    case member(Int)

    /// What a choice must be good at on rows that it was not tuned on.
    public enum Goal: String, CaseIterable, Sendable {
        case f1
        /// The share of right answers: what Hamming loss and exact match live on.
        case accuracy
    }

    /// Everything that there is to choose from; of equals the earlier is taken.
    static func all(members: Int) -> [LabelChoice] {
        [.vote(.soft), .vote(.stacked), .vote(.hard), .vote(.weighted)] + (0 ..< members).map { .member($0) }
    }

    /// For each label what has decided it best.
    ///
    /// - Parameters:
    ///   - decisions: one n × L for each of `choices`, of rows that nothing in it was tuned on.
    ///   - truth: n × L.
    static func best(
        of choices: [LabelChoice], decisions: [LabelMatrix], truth: LabelMatrix, goal: Goal
    ) -> [LabelChoice] {
        (0 ..< truth.columns).map { label in
            let column = truth.column(label)
            let values = decisions.map { goal.value(decision: $0.column(label), truth: column) }
            let best = values.max() ?? 0
            // Less than this is rounding.
            return choices[values.firstIndex { $0 >= best - 1e-12 } ?? 0]
        }
    }

    private enum CodingKeys: CodingKey { case vote, member }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let vote = try container.decodeIfPresent(Vote.self, forKey: .vote) {
            self = .vote(vote)
        } else {
            self = .member(try container.decode(Int.self, forKey: .member))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .vote(let vote): try container.encode(vote, forKey: .vote)
        case .member(let index): try container.encode(index, forKey: .member)
        }
    }
}

extension LabelChoice.Goal {
    fileprivate func value(decision: [UInt8], truth: [UInt8]) -> Double {
        var (right, hits, yes) = (0, 0, 0)
        for (said, isTrue) in zip(decision, truth) {
            right += said == isTrue ? 1 : 0
            hits += Int(said & isTrue)
            yes += Int(said) + Int(isTrue)
        }
        switch self {
        case .f1: return yes > 0 ? 2 * Double(hits) / Double(yes) : 0
        case .accuracy: return truth.isEmpty ? 0 : Double(right) / Double(truth.count)
        }
    }
}
