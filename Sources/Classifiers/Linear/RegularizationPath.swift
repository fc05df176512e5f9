import LinearAlgebra
import Synchronization

/// The problems of all labels at one or several costs. Each starts from the solution of the previous cost.
///
/// Every solution meets the same tolerance as one from a cold start, so both agree within it, and the path takes less
/// time.
struct RegularizationPath<Scalar: MatrixScalar> {
    let problem: LabelwiseProblem<Scalar>
    /// C, ascending.
    let costs: [Double]
    let classWeight: ClassWeight
    let tolerance: Double

    init(problem: LabelwiseProblem<Scalar>, costs: [Double], classWeight: ClassWeight, tolerance: Double) {
        precondition(
            costs == costs.sorted() && costs.allSatisfy { $0 > 0 },
            "costs must be positive and ascending, found \(costs)")
        self.problem = problem
        self.costs = costs
        self.classWeight = classWeight
        self.tolerance = tolerance
    }

    /// Returns the solutions of logistic regression, per cost and label.
    func logistic(maximumIterations: Int, workers: Workers, progress: FitProgress? = nil) -> [[LinearSolution]] {
        var last: [LinearSolution]?
        return costs.map { cost in
            let minima = objective(.logistic, cost).minima(
                labels: problem.labels, starts: last?.map(\.point), tolerance: tolerance,
                maximumIterations: maximumIterations, workers: workers, progress: progress)
            last = minima
            return minima
        }
    }

    /// Returns the solutions of the linear support vector machine, per cost and label.
    ///
    /// The dual converges fast on wide or nearly separable data. If it does not, the squared hinge, which is smooth,
    /// continues in the primal, which is many times faster on tall and noisy data. Dual variables are reused without
    /// scaling. A label that is slow in the dual at one cost stays in the primal at higher costs, which are harder.
    func linear(
        loss: MultiLabelSVM<Scalar>.Loss, seed: UInt64, workers: Workers, progress: FitProgress? = nil
    ) -> [[LinearSolution]] {
        let isSmooth = loss == .squaredHinge
        let descent = DualCoordinateDescent(
            features: problem.features, loss: loss, tolerance: tolerance, mostSweeps: isSmooth ? 1000 : 100_000,
            seed: seed)
        var last: [LinearSolution] = []
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

    /// Returns the solutions of the RBF support vector machine, per cost and label. Labels run in parallel, each along
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
            var last: (solver: SequentialMinimalOptimization<Scalar>, cost: Double)?
            for (cost, problems) in zip(costs, problems) {
                var solver = SequentialMinimalOptimization(
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
