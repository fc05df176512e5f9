import LinearAlgebra

/// The rule that decides one label in the vote `per-label`.
public enum LabelChoice: Codable, Equatable, Sendable {
    /// A vote other than `perLabel`.
    case vote(Vote)
    /// A single member, with its own threshold.
    case member(Int)

    /// The metric that selects a choice, out of fold.
    public enum Goal: String, CaseIterable, Sendable {
        case f1
        /// The share of correct decisions, which determines Hamming loss and subset accuracy.
        case accuracy
    }

    /// Returns all choices. The first of equally good choices is used.
    static func all(members: Int) -> [LabelChoice] {
        [.vote(.soft), .vote(.stacked), .vote(.hard), .vote(.weighted)] + (0 ..< members).map { .member($0) }
    }

    /// Returns the best choice for each label.
    ///
    /// - Parameters:
    ///   - decisions: n × L for each of `choices`, out of fold.
    ///   - truth: n × L.
    static func best(
        of choices: [LabelChoice], decisions: [LabelMatrix], truth: LabelMatrix, goal: Goal
    ) -> [LabelChoice] {
        (0 ..< truth.columns).map { label in
            let column = truth.column(label)
            let values = decisions.map { goal.value(decision: $0.column(label), truth: column) }
            let best = values.max() ?? 0
            // Smaller differences are rounding errors.
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
