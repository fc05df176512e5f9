import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

@Suite struct MarginObjectiveTests {
    /// A problem with more rows than a run of single-precision sums, and more labels than a group.
    private let samples = Samples.overlapping(rows: 1100, columns: 5, labels: 10, of: Double.self)

    private func value(
        _ loss: MarginObjective<Double>.Loss, _ label: Int, _ point: [Double], _ weights: (Double, Double)
    ) -> Double {
        var total = point.dropLast().reduce(0) { $0 + $1 * $1 / 2 }
        if loss == .squaredHinge { total += point[5] * point[5] / 2 }
        for row in 0 ..< samples.features.rows {
            let score = (0 ..< 5).reduce(point[5]) { $0 + point[$1] * samples.features[row, $1] }
            let positive = samples.truth[row, label]
            let margin = positive ? score : -score
            let cost = loss == .logistic ? log(1 + exp(-margin)) : pow(max(0, 1 - margin), 2)
            total += (positive ? weights.1 : weights.0) * cost
        }
        return total
    }

    @Test(arguments: [MarginObjective<Double>.Loss.logistic, .squaredHinge])
    func `values equal a plain loop, and gradients equal finite differences`(
        loss: MarginObjective<Double>.Loss
    ) {
        let objective = MarginObjective(
            features: samples.features, truth: samples.truth, loss: loss, c: 0.7, classWeight: .balanced)
        var generator = SeededGenerator(seed: 3)
        let points = (0 ..< 10).map { _ in (0 ..< 6).map { _ in generator.normal() } }
        let queries = points.enumerated().map { MarginObjective<Double>.Query(label: $0, point: $1) }
        let answers = objective.evaluate(queries, workers: Workers(count: 2))
        for (label, point) in points.enumerated() {
            let positives = Double(samples.truth.support[label])
            let weights = (0.7 * 1100 / (2 * (1100 - positives)), 0.7 * 1100 / (2 * positives))
            let plain = value(loss, label, point, weights)
            #expect(abs(answers[label].value - plain) <= 1e-11 * plain)
            for place in 0 ..< 6 {
                var (up, down) = (point, point)
                up[place] += 1e-5
                down[place] -= 1e-5
                let slope = (value(loss, label, up, weights) - value(loss, label, down, weights)) / 2e-5
                #expect(abs(answers[label].gradient[place] - slope) <= 1e-4 * max(1, abs(slope)))
            }
        }
        // A label's answer does not depend on which others are asked for with it.
        #expect(objective.evaluate([queries[9]], workers: Workers(count: 1))[0].value == answers[9].value)
    }

    @Test func `the dual and the primal find the same minimum of the squared hinge`() throws {
        let problems = (0 ..< 2).map {
            BinaryProblem(truth: samples.truth, label: $0, c: 0.05, classWeight: .none)
        }
        func dual(_ sweeps: Int) -> [LinearSolution] {
            DualCoordinateDescent(
                features: samples.features, loss: .squaredHinge, tolerance: 1e-9, mostSweeps: sweeps, seed: 1
            ).solve(problems, workers: Workers(count: 1), progress: nil)
        }
        let solved = dual(20_000)
        let abandoned = dual(3)
        #expect(solved.allSatisfy { $0.converged } && abandoned.allSatisfy { !$0.converged })
        let objective = MarginObjective(
            features: samples.features, truth: samples.truth, loss: .squaredHinge, c: 0.05, classWeight: .none)
        let continued = objective.minima(
            labels: [0, 1], starts: abandoned.map(\.point), tolerance: 1e-12, maximumIterations: 500,
            workers: Workers(count: 1), progress: nil)
        for (primal, dual) in zip(continued, solved) {
            #expect(primal.converged)
            #expect(zip(primal.point, dual.point).allSatisfy { abs($0 - $1) < 1e-7 })
        }
    }
}
