import LinearAlgebra
import Synchronization

/// One problem per label at several costs, each solved from where the one before ended.
///
/// Every solution meets the tolerance that a solution from nothing meets, so both agree within it; what differs is
/// the time.
struct RegularisationPath<Scalar: MatrixScalar>: Sendable {
    /// n × d, standardised.
    let features: Matrix<Scalar>
    /// n × L.
    let truth: LabelMatrix
    /// The labels that there is something to learn of, ascending.
    let labels: [Int]
    /// C, ascending.
    let costs: [Double]
    let classWeight: ClassWeight
    let tolerance: Double

    init(
        features: Matrix<Scalar>, truth: LabelMatrix, costs: [Double], classWeight: ClassWeight, tolerance: Double
    ) {
        precondition(costs == costs.sorted() && costs.allSatisfy { $0 > 0 }, "costs of \(costs)")
        self.features = features
        self.truth = truth
        let constant = TrainingCheck.constantLabels(truth)
        labels = (0 ..< truth.columns).filter { !constant.contains($0) }
        self.costs = costs
        self.classWeight = classWeight
        self.tolerance = tolerance
    }

    /// Of each cost the minima of `BinaryRelevance`: one per label.
    func logistic(maximumIterations: Int, workers: Workers) -> [[MarginMinimum]] {
        var last: [MarginMinimum]?
        return costs.map { cost in
            let minima = objective(.logistic, cost).minima(
                labels: labels, starts: last?.map(\.point), tolerance: tolerance,
                maximumIterations: maximumIterations, workers: workers, progress: nil)
            last = minima
            return minima
        }
    }

    /// Of each cost the minima of `MultiLabelSVM`'s linear kernel: one per label.
    ///
    /// Dual variables carry over as they are. A label that the dual was too slow for at one cost is not tried there
    /// again at higher ones, which are harder.
    func linear(loss: MultiLabelSVM<Scalar>.Loss, seed: UInt64, workers: Workers) -> [[MarginMinimum]] {
        let isSmooth = loss == .squaredHinge
        let descent = DualCoordinateDescent(
            features: features, loss: loss, tolerance: tolerance, mostSweeps: isSmooth ? 1000 : 100_000, seed: seed)
        var last: [MarginMinimum] = []
        var inPrimal: Set<Int> = []
        return costs.map { cost in
            let dual = labels.indices.filter { !inPrimal.contains($0) }
            let solved = descent.solve(
                dual.map { problem(labels[$0], cost) }, starts: last.isEmpty ? nil : dual.map { last[$0].duals },
                workers: workers, progress: nil)
            var minima = last.isEmpty ? solved : last
            for (place, minimum) in zip(dual, solved) { minima[place] = minimum }
            if isSmooth { inPrimal.formUnion(dual.filter { !minima[$0].converged }) }
            let left = inPrimal.sorted()
            if !left.isEmpty {
                let primal = objective(.squaredHinge, cost).minima(
                    labels: left.map { labels[$0] }, starts: left.map { minima[$0].point },
                    tolerance: tolerance * 1e-3, maximumIterations: 5000, workers: workers, progress: nil)
                for (place, minimum) in zip(left, primal) { minima[place] = minimum }
            }
            last = minima
            return minima
        }
    }

    /// Of each cost the solutions of `MultiLabelSVM`'s radial kernel, one per label: labels in parallel, each along
    /// its costs.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func radial(kernel: RadialKernel<Scalar>, workers: Workers) -> [[DualSolution]] {
        let paths = Mutex([[DualSolution]](repeating: [], count: labels.count))
        workers.forEach(labels.count) { index, _ in
            var solutions: [DualSolution] = []
            var last: (solver: SequentialMinimalOptimisation<Scalar>, cost: Double)?
            for cost in costs {
                var solver = SequentialMinimalOptimisation(
                    kernel: kernel, problem: problem(labels[index], cost), tolerance: tolerance)
                if let last { solver.start(from: last.solver, ratio: cost / last.cost) }
                solutions.append(solver.solve())
                last = (solver, cost)
            }
            paths.withLock { $0[index] = solutions }
        }
        let solved = paths.withLock { $0 }
        return costs.indices.map { cost in solved.map { $0[cost] } }
    }

    private func problem(_ label: Int, _ cost: Double) -> BinaryProblem {
        BinaryProblem(truth: truth, label: label, c: cost, classWeight: classWeight)
    }

    private func objective(_ loss: MarginObjective<Scalar>.Loss, _ cost: Double) -> MarginObjective<Scalar> {
        MarginObjective(features: features, truth: truth, loss: loss, c: cost, classWeight: classWeight)
    }
}
