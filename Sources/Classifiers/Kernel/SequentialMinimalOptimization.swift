import LinearAlgebra

/// Solves the dual of one label, min ½βᵀKβ − yᵀβ with Σβ = 0 and β between 0 and yC, two variables at a time.
///
/// A pair is the largest violator and the partner with the largest second-order gain. Samples that stay at a bound are
/// removed from the active set, whose kernel rows are gathered once. The final check includes all samples.
///
/// - Source: Fan, Chen & Lin, JMLR 6 (2005), WSS 2; shrinking after Chang & Lin, LIBSVM, ACM TIST 2 (2011), §5.1.
struct SequentialMinimalOptimization<Scalar: MatrixScalar> {
    private let kernel: RadialKernel<Scalar>
    private let problem: BinaryProblem
    private let tolerance: Double

    /// β of all samples.
    private(set) var coefficients: [Double]
    /// (Kβ − y) of all samples. During the optimization, only the values of the active set are current.
    private(set) var gradient: [Double]
    private var iterations = 0

    init(kernel: RadialKernel<Scalar>, problem: BinaryProblem, tolerance: Double) {
        self.kernel = kernel
        self.problem = problem
        self.tolerance = tolerance
        coefficients = Array(repeating: 0, count: kernel.count)
        gradient = problem.signs.map { -$0 }
    }

    /// Starts from the solution of the same problem with another cost.
    ///
    /// The solution is scaled with the cost: coefficients at a bound stay there, Σβ stays 0, and the gradient follows
    /// without kernel values.
    ///
    /// - Parameter ratio: the new cost of a sample divided by the old one, above 0.
    mutating func start(from solved: SequentialMinimalOptimization, ratio: Double) {
        for sample in coefficients.indices {
            let (sign, old) = (problem.signs[sample], solved.coefficients[sample])
            let isAtBound = old == sign * solved.problem.costs[sample]
            coefficients[sample] = isAtBound ? sign * problem.costs[sample] : ratio * old
            gradient[sample] = ratio * (solved.gradient[sample] + sign) - sign
        }
    }

    mutating func solve() -> DualSolution {
        let all = Array(0 ..< kernel.count)
        let most = max(10_000_000, 100 * kernel.count)
        var active = ActiveSet(kernel: kernel, problem: problem, samples: all, coefficients, gradient)
        var shrunkTolerance = max(tolerance, 10 * tolerance)
        while true {
            let outcome = active.run(
                tolerance: active.isWhole ? tolerance : shrunkTolerance, mostIterations: most - iterations)
            iterations += outcome.iterations
            active.writeBack(&coefficients, &gradient)
            if outcome.reason == .shrinkable {
                let kept = active.promisingSamples()
                active = ActiveSet(kernel: kernel, problem: problem, samples: kept, coefficients, gradient)
            } else if active.isWhole || iterations >= most {
                if !active.isWhole { rebuildGradient() }
                let whole = ActiveSet(kernel: kernel, problem: problem, samples: all, coefficients, gradient)
                return DualSolution(
                    coefficients: coefficients, intercept: whole.intercept(),
                    converged: outcome.reason == .optimal && active.isWhole)
            } else {
                shrunkTolerance = tolerance
                rebuildGradient()
                active = ActiveSet(kernel: kernel, problem: problem, samples: all, coefficients, gradient)
            }
        }
    }

    /// Computes Kβ − y from all coefficients.
    private mutating func rebuildGradient() {
        gradient = problem.signs.map { -$0 }
        gradient.withUnsafeMutableBufferPointer { gradient in
            for sample in coefficients.indices where coefficients[sample] != 0 {
                kernel.withRow(sample) {
                    RowKernels.addScaled(coefficients[sample], $0, wide: gradient.baseAddress!, kernel.count)
                }
            }
        }
    }
}
