import LinearAlgebra

/// The rules that combine the decisions of several classifiers.
public enum Vote: String, CaseIterable, Codable, Sendable {
    /// The majority of the members decides.
    case hard
    /// A threshold on the mean of the members' probabilities decides.
    case soft
    /// The weighted majority of the members decides.
    case weighted
    /// A threshold on a logistic regression of the members' scores decides.
    case stacked
    /// For each label, the best of the other votes and of the members decides.
    case perLabel = "per-label"

    /// Returns 1 where the members in favor have more weight than those against; a tie is 0.
    ///
    /// - Parameters:
    ///   - decisions: n × L per member.
    ///   - weights: one per member, not negative; nil for equal weights.
    /// - Returns: n × L.
    public static func majority(_ decisions: [LabelMatrix], weights: [Double]? = nil) -> LabelMatrix {
        let weights = checked(weights, members: decisions.count)
        let (rows, columns) = (decisions[0].rows, decisions[0].columns)
        precondition(
            decisions.allSatisfy { $0.rows == rows && $0.columns == columns },
            "the members have decisions of different shapes")
        let values = (0 ..< rows * columns).map { cell -> UInt8 in
            var (yes, no) = (0.0, 0.0)
            for (decision, weight) in zip(decisions, weights) {
                if decision.values[cell] == 1 { yes += weight } else { no += weight }
            }
            return yes > no ? 1 : 0
        }
        return LabelMatrix(rows: rows, columns: columns, values: values)
    }

    /// Returns the weighted mean of the members' scores.
    ///
    /// - Parameters:
    ///   - scores: n × L probabilities per member.
    ///   - weights: one per member, not negative; nil for equal weights.
    /// - Returns: n × L, between the lowest and the highest score of the members.
    public static func mean(_ scores: [Matrix<Double>], weights: [Double]? = nil) -> Matrix<Double> {
        let weights = checked(weights, members: scores.count)
        let (rows, columns) = (scores[0].rows, scores[0].columns)
        precondition(
            scores.allSatisfy { $0.rows == rows && $0.columns == columns },
            "the members have scores of different shapes")
        let total = weights.reduce(0, +)
        let values = (0 ..< rows * columns).map { cell in
            var (sum, low, high) = (0.0, Double.infinity, -Double.infinity)
            for (member, weight) in zip(scores, weights) {
                let score = member.values[cell]
                sum += weight * score
                low = min(low, score)
                high = max(high, score)
            }
            // Without the limits, rounding could make the mean of three ones larger than one.
            return min(max(sum / total, low), high)
        }
        return Matrix(rows: rows, columns: columns, values: values)
    }

    private static func checked(_ weights: [Double]?, members: Int) -> [Double] {
        precondition(members > 0, "a vote without members")
        let weights = weights ?? Array(repeating: 1, count: members)
        precondition(weights.count == members, "\(weights.count) weights for \(members) members")
        precondition(
            weights.allSatisfy { $0 >= 0 && $0.isFinite } && weights.reduce(0, +) > 0,
            "weights must not be negative or all zero, found \(weights)")
        return weights
    }
}
