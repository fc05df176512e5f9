import Foundation
import LinearAlgebra

/// Where a label's objective is least.
struct MarginMinimum: Sendable {
    let label: Int
    /// d weights, then the intercept.
    let point: [Double]
    let converged: Bool
    /// The dual variables, n, of a solver that has some.
    var duals: [Double] = []

    /// Writes it into the label's row of the weights and its intercept.
    func write(to weights: inout Matrix<Double>, _ intercepts: inout [Double]) {
        let start = label * weights.columns
        weights.values.replaceSubrange(start ..< start + weights.columns, with: point.dropLast())
        intercepts[label] = point[weights.columns]
    }
}

extension MarginObjective {
    /// Minimises for several labels in lockstep, so that one pass over the samples serves all that are not done.
    ///
    /// - Parameters:
    ///   - labels: those that are neither all 0 nor all 1.
    ///   - starts: for each, d weights and the intercept to start from; nil for no weights.
    ///   - tolerance: a label is done when the largest part of its gradient is at most this share of what it is
    ///     without weights (or of 1 if that is larger), or as near to it as rounding lets it come.
    ///   - progress: told the share of labels that are done.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func minima(
        labels: [Int], starts: [[Double]]? = nil, tolerance: Double, maximumIterations: Int, workers: Workers,
        progress: FitProgress?
    ) -> [MarginMinimum] {
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
            return MarginMinimum(
                label: labels[index], point: search.point, converged: search.state == .converged || isAsNearAsCanBe)
        }
    }

    /// No weights; with a free intercept, the log odds of the label.
    private func origin(_ label: Int) -> [Double] {
        let none = [Double](repeating: 0, count: features.columns)
        guard loss == .logistic else { return none + [0] }
        let positives = Double(truth.support[label])
        let sides = weights[label]
        return none + [log(positives * sides.positive / ((Double(truth.rows) - positives) * sides.negative))]
    }
}
