import Foundation
import LinearAlgebra

/// The stacked vote: for each label a logistic regression on what the members say of it.
///
/// p = 1 / (1 + exp(−(b + Σ wₘ·logit pₘ))), where pₘ is member m's calibrated probability of the label. With weights
/// of 1/M and b = 0 it is the geometric mean of the members' odds, and that is where little data leaves it: the fit
/// minimises the log loss plus ½‖w − 1/M‖².
///
/// - Source: Wolpert, Neural Networks 5 (1992); log odds as inputs after Ting & Witten, JAIR 10 (1999).
public struct LabelStack: Codable, Equatable, Sendable {
    /// L × M.
    public let weights: [[Double]]
    /// L.
    public let intercepts: [Double]
    /// L: a label is decided from this probability on.
    public var thresholds: [Double]

    /// No member is surer than this: a calibrator that says 0 or 1 has seen only so many samples.
    private static let surest = 1e-6

    public init(weights: [[Double]], intercepts: [Double], thresholds: [Double]) {
        self.weights = weights
        self.intercepts = intercepts
        self.thresholds = thresholds
    }

    /// What is wrong with it as a stack of so many members and labels; nil if nothing is.
    func fault(members: Int, labels: Int) -> String? {
        guard weights.count == labels, intercepts.count == labels, thresholds.count == labels,
            weights.allSatisfy({ $0.count == members })
        else { return "a stack of another number of members or labels" }
        let isFinite = (weights.flatMap { $0 } + intercepts + thresholds).allSatisfy(\.isFinite)
        return isFinite ? nil : "a stack with numbers that are not finite"
    }

    /// Fits weights and intercepts; thresholds are one half.
    ///
    /// A label that is all true or all false keeps the geometric mean.
    ///
    /// - Parameters:
    ///   - memberScores: one n × L for each member, calibrated, of samples that no member was fitted on.
    ///   - truth: n × L.
    public static func fit(memberScores: [Matrix<Double>], truth: LabelMatrix) -> LabelStack {
        precondition(!memberScores.isEmpty, "a stack without members")
        precondition(
            memberScores.allSatisfy { $0.rows == truth.rows && $0.columns == truth.columns },
            "truth is \(truth.rows) × \(truth.columns), scores are of another shape")
        let fits = (0 ..< truth.columns).map { label in
            StackObjective(
                inputs: memberScores.map { $0.column(label).map(logit) }, truth: truth.column(label)
            ).minimum()
        }
        return LabelStack(
            weights: fits.map { Array($0.dropLast()) }, intercepts: fits.map { $0[memberScores.count] },
            thresholds: Array(repeating: 0.5, count: truth.columns))
    }

    /// n × L probabilities.
    ///
    /// - Parameter memberScores: one n × L for each member, calibrated.
    public func probabilities(_ memberScores: [Matrix<Double>]) -> Matrix<Double> {
        let labels = intercepts.count
        precondition(
            !memberScores.isEmpty && weights.allSatisfy { $0.count == memberScores.count }
                && memberScores.allSatisfy { $0.columns == labels }, "scores of other members or labels")
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
        let bounded = min(max(probability, surest), 1 - surest)
        return log(bounded / (1 - bounded))
    }
}

/// One label's stack: Σ log loss + ½‖w − 1/M‖² in M weights and a free intercept, minimised by Newton's method.
struct StackObjective {
    /// M × n log odds.
    let inputs: [[Double]]
    /// n, 0 or 1.
    let truth: [UInt8]

    private var anchor: Double { 1 / Double(inputs.count) }

    /// M weights, then the intercept.
    func minimum() -> [Double] {
        var point = Array(repeating: anchor, count: inputs.count) + [0]
        guard truth.contains(0), truth.contains(1) else { return point }
        var loss = value(point)
        for _ in 0 ..< 100 {
            let (gradient, curvature) = derivatives(point)
            guard let step = Self.solve(curvature, gradient) else { break }
            // Near the minimum rounding hides what a step gains; Newton's full step is the better point all the same.
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

    /// The gradient (M + 1) and the matrix of second derivatives, row by row.
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

    /// x of Ax = b for a positive definite A, of which the lower triangle is read; nil where rounding has made it none.
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
