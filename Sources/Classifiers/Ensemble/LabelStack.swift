import Foundation
import LinearAlgebra

/// The stacked vote: a logistic regression per label on the scores of the members.
///
/// p = 1 / (1 + exp(−(b + Σ wₘ·logit pₘ))), where pₘ is the calibrated probability of member m. The fit minimizes the
/// log loss plus ½‖w − 1/M‖². Without data, the weights are 1/M and b is 0: the geometric mean of the members' odds.
///
/// - Source: Wolpert, Neural Networks 5 (1992); log odds as inputs after Ting & Witten, JAIR 10 (1999).
public struct LabelStack: Codable, Equatable, Sendable {
    /// L × M.
    public let weights: [[Double]]
    /// L.
    public let intercepts: [Double]
    /// L: a label is decided if its probability is at least its threshold.
    public var thresholds: [Double]

    /// Limits the probabilities of members: a calibrator that returns 0 or 1 is based on finitely many samples.
    private static let probabilityLimit = 1e-6

    public init(weights: [[Double]], intercepts: [Double], thresholds: [Double]) {
        self.weights = weights
        self.intercepts = intercepts
        self.thresholds = thresholds
    }

    /// Returns an inconsistency with the number of members and labels; nil if there is none.
    func fault(members: Int, labels: Int) -> String? {
        guard weights.count == labels, intercepts.count == labels, thresholds.count == labels,
            weights.allSatisfy({ $0.count == members })
        else { return "a stack for a different number of members or labels" }
        let isFinite = (weights.flatMap { $0 } + intercepts + thresholds).allSatisfy(\.isFinite)
        return isFinite ? nil : "a stack with numbers that are not finite"
    }

    /// Fits weights and intercepts. The thresholds are one half.
    ///
    /// A label that is always or never true keeps the geometric mean.
    ///
    /// - Parameters:
    ///   - memberScores: calibrated n × L scores per member, of samples that no member was fitted on.
    ///   - truth: n × L.
    public static func fit(memberScores: [Matrix<Double>], truth: LabelMatrix) -> LabelStack {
        precondition(!memberScores.isEmpty, "a stack without members")
        precondition(
            memberScores.allSatisfy { $0.rows == truth.rows && $0.columns == truth.columns },
            "truth is \(truth.rows) × \(truth.columns), scores have a different shape")
        let fits = (0 ..< truth.columns).map { label in
            StackObjective(
                inputs: memberScores.map { $0.column(label).map(logit) }, truth: truth.column(label)
            ).minimum()
        }
        return LabelStack(
            weights: fits.map { Array($0.dropLast()) }, intercepts: fits.map { $0[memberScores.count] },
            thresholds: Array(repeating: 0.5, count: truth.columns))
    }

    /// Returns n × L probabilities.
    ///
    /// - Parameter memberScores: calibrated n × L scores per member.
    public func probabilities(_ memberScores: [Matrix<Double>]) -> Matrix<Double> {
        let labels = intercepts.count
        precondition(
            !memberScores.isEmpty && weights.allSatisfy { $0.count == memberScores.count }
                && memberScores.allSatisfy { $0.columns == labels },
            "scores for a different number of members or labels")
        var result = memberScores[0]
        for place in result.values.indices {
            let label = place % labels
            var sum = intercepts[label]
            for (weight, scores) in zip(weights[label], memberScores) {
                sum += weight * Self.logit(scores.values[place])
            }
            result.values[place] = logistic(sum)
        }
        return result
    }

    private static func logit(_ probability: Double) -> Double {
        let bounded = min(max(probability, probabilityLimit), 1 - probabilityLimit)
        return log(bounded / (1 - bounded))
    }
}

/// The objective of one label: Σ log loss + ½‖w − 1/M‖² in M weights and a free intercept. Newton's method minimizes
/// it.
struct StackObjective {
    /// M × n log odds.
    let inputs: [[Double]]
    /// n, 0 or 1.
    let truth: [UInt8]

    private var anchor: Double { 1 / Double(inputs.count) }

    /// Returns M weights and the intercept.
    func minimum() -> [Double] {
        var point = Array(repeating: anchor, count: inputs.count) + [0]
        guard truth.contains(0), truth.contains(1) else { return point }
        var loss = value(point)
        for _ in 0 ..< 100 {
            let (gradient, curvature) = derivatives(point)
            guard let step = Self.solve(curvature, gradient) else { break }
            // Near the minimum, rounding hides the improvement of a step. The full Newton step is still the better
            // point.
            let descent = zip(gradient, step).reduce(0) { $0 - $1.0 * $1.1 }
            var length = 1.0
            func moved() -> [Double] { zip(point, step).map { $0 - length * $1 } }
            var next = moved()
            while value(next) > loss + 1e-4 * length * descent + 1e-12 * loss, length > 1e-10 {
                length /= 2
                next = moved()
            }
            point = next
            loss = value(point)
            if step.reduce(0, { max($0, abs($1)) }) * length < 1e-10 { break }
        }
        return point
    }

    private func margin(_ point: [Double], _ row: Int) -> Double {
        var sum = point[inputs.count]
        for member in inputs.indices { sum += point[member] * inputs[member][row] }
        return sum
    }

    func value(_ point: [Double]) -> Double {
        var sum = 0.0
        for row in truth.indices {
            let z = margin(point, row)
            sum += max(z, 0) - (truth[row] == 1 ? z : 0) + log1p(exp(-abs(z)))
        }
        for member in inputs.indices { sum += 0.5 * (point[member] - anchor) * (point[member] - anchor) }
        return sum
    }

    /// Returns the gradient (M + 1) and the matrix of second derivatives in row order.
    func derivatives(_ point: [Double]) -> (gradient: [Double], curvature: [Double]) {
        let members = inputs.count
        let width = members + 1
        var gradient = [Double](repeating: 0, count: width)
        var curvature = [Double](repeating: 0, count: width * width)
        for row in truth.indices {
            let p = logistic(margin(point, row))
            let residual = p - Double(truth[row])
            let weight = p * (1 - p)
            for a in 0 ..< width {
                let x = a < members ? inputs[a][row] : 1
                gradient[a] += residual * x
                for b in 0 ... a { curvature[a * width + b] += weight * x * (b < members ? inputs[b][row] : 1) }
            }
        }
        for member in 0 ..< members {
            gradient[member] += point[member] - anchor
            curvature[member * width + member] += 1
        }
        curvature[width * width - 1] += 1e-12
        return (gradient, curvature)
    }

    /// Solves Ax = b for a positive definite A, given its lower triangle. Returns nil if A is not positive definite due
    /// to rounding.
    private static func solve(_ matrix: [Double], _ right: [Double]) -> [Double]? {
        let n = right.count
        var factor = matrix
        let status = factor.withUnsafeMutableBufferPointer { Double.choleskyFactor(n, $0.baseAddress!, n) }
        guard status == 0 else { return nil }
        var x = right
        for row in 0 ..< n {
            for column in 0 ..< row { x[row] -= factor[row * n + column] * x[column] }
            x[row] /= factor[row * n + row]
        }
        for row in (0 ..< n).reversed() {
            for below in row + 1 ..< n { x[row] -= factor[below * n + row] * x[below] }
            x[row] /= factor[row * n + row]
        }
        return x
    }
}
