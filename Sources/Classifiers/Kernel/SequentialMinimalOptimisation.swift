import LinearAlgebra

/// Solves one label's dual, min ½βᵀKβ − yᵀβ with Σβ = 0 and β between 0 and yC, two variables at a time.
///
/// The pair is the greatest violator and the partner of greatest gain to second order. Samples that sit firmly at a
/// bound are left aside: the search goes on in a smaller view whose kernel rows are gathered once, and all come back
/// before the end.
///
/// - Source: Fan, Chen & Lin, JMLR 6 (2005), WSS 2; shrinking after Chang & Lin, LIBSVM, ACM TIST 2 (2011), §5.1.
struct SequentialMinimalOptimisation<Scalar: MatrixScalar> {
    private let kernel: RadialKernel<Scalar>
    private let problem: BinaryProblem
    private let tolerance: Double

    /// β of all samples.
    private(set) var coefficients: [Double]
    /// (Kβ − y) of all samples; while it is being solved only those in the view are kept up to date.
    private(set) var gradient: [Double]
    private var iterations = 0

    init(kernel: RadialKernel<Scalar>, problem: BinaryProblem, tolerance: Double) {
        self.kernel = kernel
        self.problem = problem
        self.tolerance = tolerance
        coefficients = Array(repeating: 0, count: kernel.count)
        gradient = problem.signs.map { -$0 }
    }

    /// Starts from the solution of the same problem at another cost.
    ///
    /// All of it is scaled as the cost is: what was at its bound stays there, Σβ stays 0, and the gradient follows
    /// without a look at the kernel.
    ///
    /// - Parameter ratio: the new cost of a sample in units of the old one, above 0.
    mutating func start(from solved: SequentialMinimalOptimisation, ratio: Double) {
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
        var view = SampleView(kernel: kernel, problem: problem, samples: all, coefficients, gradient)
        var shrunkTolerance = max(tolerance, 10 * tolerance)
        while true {
            let outcome = view.run(
                tolerance: view.isWhole ? tolerance : shrunkTolerance, mostIterations: most - iterations)
            iterations += outcome.iterations
            view.writeBack(&coefficients, &gradient)
            if outcome.reason == .shrinkable {
                let kept = view.promisingSamples()
                view = SampleView(kernel: kernel, problem: problem, samples: kept, coefficients, gradient)
            } else if view.isWhole || iterations >= most {
                if !view.isWhole { rebuildGradient() }
                let whole = SampleView(kernel: kernel, problem: problem, samples: all, coefficients, gradient)
                return DualSolution(
                    coefficients: coefficients, intercept: whole.intercept(),
                    converged: outcome.reason == .optimal && view.isWhole)
            } else {
                shrunkTolerance = tolerance
                rebuildGradient()
                view = SampleView(kernel: kernel, problem: problem, samples: all, coefficients, gradient)
            }
        }
    }

    /// Kβ − y from scratch.
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
