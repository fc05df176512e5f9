import Foundation
import LinearAlgebra

/// The minimum of the objective of a label.
struct LinearSolution: Sendable {
    let label: Int
    /// d weights, then the intercept.
    let point: [Double]
    let converged: Bool
    /// The n dual variables; empty for a primal solver.
    var duals: [Double] = []

    /// Writes the solution to the row of the label and to its intercept.
    func write(to weights: inout Matrix<Double>, _ intercepts: inout [Double]) {
        let start = label * weights.columns
        weights.values.replaceSubrange(start ..< start + weights.columns, with: point.dropLast())
        intercepts[label] = point[weights.columns]
    }
}

extension MarginObjective {
    /// Minimizes the objectives of several labels in lockstep, so that they share each pass over the samples.
    ///
    /// - Parameters:
    ///   - labels: labels that are neither all 0 nor all 1.
    ///   - starts: d weights and the intercept to start from, for each label; nil for zero weights.
    ///   - tolerance: a label is done when the largest component of its gradient is at most this share of its value
    ///     without weights (or of 1 if that is larger), or as close as rounding permits.
    ///   - progress: receives the share of labels that are done.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func minima(
        labels: [Int], starts: [[Double]]? = nil, tolerance: Double, maximumIterations: Int, workers: Workers,
        progress: FitProgress?
    ) -> [LinearSolution] {
        let origins = labels.map { Query(label: $0, point: origin($0)) }
        let scales = evaluate(origins, workers: workers).map { $0.gradient.reduce(1) { max($0, abs($1)) } }
        let epsilon = Double(Scalar.ulpOfOne)
        var searches = labels.indices.map { index in
            LimitedMemoryBFGS(
                start: starts?[index] ?? origins[index].point, gradientBound: tolerance * scales[index],
                rounding: 8 * epsilon)
        }
        var running = Array(searches.indices)
        while !running.isEmpty {
            let queries = running.map { Query(label: labels[$0], point: searches[$0].trial) }
            for (index, answer) in zip(running, evaluate(queries, workers: workers)) {
                searches[index].advance(value: answer.value, gradient: answer.gradient)
            }
            running.removeAll { searches[$0].state != .running || searches[$0].iterations >= maximumIterations }
            progress?(1 - Double(running.count) / Double(searches.count))
        }
        return labels.indices.map { index in
            let search = searches[index]
            let isAsNearAsCanBe = search.state == .stalled && search.gradientSize <= 256 * epsilon * scales[index]
            return LinearSolution(
                label: labels[index], point: search.point, converged: search.state == .converged || isAsNearAsCanBe)
        }
    }

    /// Returns zero weights, and the log odds of the label as a free intercept.
    private func origin(_ label: Int) -> [Double] {
        let none = [Double](repeating: 0, count: features.columns)
        guard loss == .logistic else { return none + [0] }
        let positives = Double(truth.support[label])
        let sides = weights[label]
        return none + [log(positives * sides.positive / ((Double(truth.rows) - positives) * sides.negative))]
    }
}
