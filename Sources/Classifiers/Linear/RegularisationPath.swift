import LinearAlgebra
import Synchronization

/// The labels' problems at one cost or several, each solved from where the one before ended: a single fit is a path of
/// one.
///
/// Every solution meets the tolerance that a solution from nothing meets, so both agree within it; what differs is
/// the time.
struct RegularisationPath<Scalar: MatrixScalar> {
    let problem: LabelwiseProblem<Scalar>
    /// C, ascending.
    let costs: [Double]
    let classWeight: ClassWeight
    let tolerance: Double

    init(problem: LabelwiseProblem<Scalar>, costs: [Double], classWeight: ClassWeight, tolerance: Double) {
        precondition(costs == costs.sorted() && costs.allSatisfy { $0 > 0 }, "costs of \(costs)")
        self.problem = problem
        self.costs = costs
        self.classWeight = classWeight
        self.tolerance = tolerance
    }

    /// Of each cost the minima of logistic regression, one per label.
    func logistic(maximumIterations: Int, workers: Workers, progress: FitProgress? = nil) -> [[MarginMinimum]] {
        var last: [MarginMinimum]?
        return costs.map { cost in
            let minima = objective(.logistic, cost).minima(
                labels: problem.labels, starts: last?.map(\.point), tolerance: tolerance,
                maximumIterations: maximumIterations, workers: workers, progress: progress)
            last = minima
            return minima
        }
    }

    /// Of each cost the minima of the linear support vector machine, one per label.
    ///
    /// The dual where it ends soon, as it does on wide or nearly separable data; what it leaves of the squared hinge,
    /// which is smooth, goes on from there in the primal, which is many times faster on tall and noisy data. Dual
    /// variables carry over as they are. A label that the dual was too slow for at one cost is not tried there again
    /// at higher ones, which are harder.
    func linear(
        loss: MultiLabelSVM<Scalar>.Loss, seed: UInt64, workers: Workers, progress: FitProgress? = nil
    ) -> [[MarginMinimum]] {
        let isSmooth = loss == .squaredHinge
        let descent = DualCoordinateDescent(
            features: problem.features, loss: loss, tolerance: tolerance, mostSweeps: isSmooth ? 1000 : 100_000,
            seed: seed)
        var last: [MarginMinimum] = []
        var inPrimal: Set<Int> = []
        return costs.map { cost in
            let binary = problem.binaryProblems(c: cost, classWeight: classWeight)
            let dual = binary.indices.filter { !inPrimal.contains($0) }
            let solved = descent.solve(
                dual.map { binary[$0] }, starts: last.isEmpty ? nil : dual.map { last[$0].duals }, workers: workers,
                progress: progress)
            var minima = last.isEmpty ? solved : last
            for (place, minimum) in zip(dual, solved) { minima[place] = minimum }
            if isSmooth { inPrimal.formUnion(dual.filter { !minima[$0].converged }) }
            let left = inPrimal.sorted()
            if !left.isEmpty {
                let primal = objective(.squaredHinge, cost).minima(
                    labels: left.map { binary[$0].label }, starts: left.map { minima[$0].point },
                    tolerance: tolerance * 1e-3, maximumIterations: 5000, workers: workers, progress: nil)
                for (place, minimum) in zip(left, primal) { minima[place] = minimum }
            }
            last = minima
            return minima
        }
    }

    /// Of each cost the solutions of the radial support vector machine, one per label: labels in parallel, each along
    /// its costs.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func radial(
        kernel: RadialKernel<Scalar>, workers: Workers, progress: FitProgress? = nil
    ) -> [[DualSolution]] {
        let problems = costs.map { problem.binaryProblems(c: $0, classWeight: classWeight) }
        let paths = Mutex([[DualSolution]](repeating: [], count: problem.labels.count))
        let done = Mutex(0)
        let (costs, tolerance, labelCount) = (costs, tolerance, problem.labels.count)
        workers.forEach(labelCount) { index, _ in
            var solutions: [DualSolution] = []
            var last: (solver: SequentialMinimalOptimisation<Scalar>, cost: Double)?
            for (cost, problems) in zip(costs, problems) {
                var solver = SequentialMinimalOptimisation(
                    kernel: kernel, problem: problems[index], tolerance: tolerance)
                if let last { solver.start(from: last.solver, ratio: cost / last.cost) }
                solutions.append(solver.solve())
                last = (solver, cost)
            }
            paths.withLock { $0[index] = solutions }
            let finished = done.withLock {
                $0 += 1
                return $0
            }
            progress?(Double(finished) / Double(labelCount))
        }
        let solved = paths.withLock { $0 }
        return costs.indices.map { cost in solved.map { $0[cost] } }
    }

    private func objective(_ loss: MarginObjective<Scalar>.Loss, _ cost: Double) -> MarginObjective<Scalar> {
        MarginObjective(
            features: problem.features, truth: problem.truth, loss: loss, c: cost, classWeight: classWeight)
    }
}
