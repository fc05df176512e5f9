import LinearAlgebra

/// How the answers of several classifiers become one.
public enum Vote: String, CaseIterable, Codable, Sendable {
    /// Each member says yes or no; the majority decides.
    case hard
    /// The members' probabilities are averaged, then a threshold decides.
    case soft
    /// Each member says yes or no and counts as much as its weight; the heavier side decides.
    case weighted
    /// A logistic regression on the members' scores gives each label a probability, then a threshold decides.
    case stacked
    /// Of each label the vote or the member that is best at it decides.
    case perLabel = "per-label"

    /// Yes where the members for it weigh more than those against; a tie is a no.
    ///
    /// - Parameters:
    ///   - decisions: one n × L for each member.
    ///   - weights: one for each member, not negative; nil for equal ones.
    /// - Returns: n × L.
    public static func majority(_ decisions: [LabelMatrix], weights: [Double]? = nil) -> LabelMatrix {
        let weights = checked(weights, members: decisions.count)
        let (rows, columns) = (decisions[0].rows, decisions[0].columns)
        precondition(
            decisions.allSatisfy { $0.rows == rows && $0.columns == columns }, "members answer different questions")
        let values = (0 ..< rows * columns).map { cell -> UInt8 in
            var (yes, no) = (0.0, 0.0)
            for (decision, weight) in zip(decisions, weights) {
                if decision.values[cell] == 1 { yes += weight } else { no += weight }
            }
            return yes > no ? 1 : 0
        }
        return LabelMatrix(rows: rows, columns: columns, values: values)
    }

    /// The weighted mean of the members' scores.
    ///
    /// - Parameters:
    ///   - scores: one n × L for each member, probabilities.
    ///   - weights: one for each member, not negative; nil for equal ones.
    /// - Returns: n × L, between the lowest and the highest of the members.
    public static func mean(_ scores: [Matrix<Double>], weights: [Double]? = nil) -> Matrix<Double> {
        let weights = checked(weights, members: scores.count)
        let (rows, columns) = (scores[0].rows, scores[0].columns)
        precondition(
            scores.allSatisfy { $0.rows == rows && $0.columns == columns }, "members score different questions")
        let total = weights.reduce(0, +)
        let values = (0 ..< rows * columns).map { cell in
            var (sum, low, high) = (0.0, Double.infinity, -Double.infinity)
            for (member, weight) in zip(scores, weights) {
                let score = member.values[cell]
                sum += weight * score
                low = min(low, score)
                high = max(high, score)
            }
            // Rounding shall not make three ones a little more than one.
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
            "weights are not negative and not all zero, found \(weights)")
        return weights
    }
}
