import LinearAlgebra
import Synchronization

/// Solves the duals of linear support vector machines one sample at a time, for several labels in lockstep.
///
/// Minimizes ½‖w‖² + ½b² + Σ costᵢ·loss(yᵢ(w·xᵢ + b)). The intercept is the weight of a feature that is always 1, or
/// there is none. Each sweep takes the samples in a new random order. All labels use the same order, so that they share
/// the loads of features. The solution of a label does not depend on the other labels.
///
/// - Source: Hsieh, Chang, Lin, Keerthi & Sundararajan, ICML 2008, Algorithm 3.
struct DualCoordinateDescent<Scalar: MatrixScalar>: Sendable {
    let features: Matrix<Scalar>
    let loss: MultiLabelSVM<Scalar>.Loss
    /// Whether there is an intercept.
    var hasIntercept = true
    let tolerance: Double
    /// The maximum number of sweeps over the samples.
    let mostSweeps: Int
    let seed: UInt64

    /// - Parameter starts: the n dual variables to start from, for each problem; nil for zeros.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func solve(
        _ problems: [BinaryProblem], starts: [[Double]]? = nil, workers: Workers, progress: FitProgress?
    ) -> [LinearSolution] {
        // A group shares loads, so there are only as many groups as workers. Grouping does not change the result.
        let size = max(1, (problems.count + workers.count - 1) / workers.count)
        let groups = stride(from: 0, to: problems.count, by: size).map {
            $0 ..< min($0 + size, problems.count)
        }
        let norms = features.squaredNorms(workers: workers)
        let solutions = Mutex([[LinearSolution]](repeating: [], count: groups.count))
        let done = Mutex(0)
        workers.forEach(groups.count) { index, _ in
            let group = groups[index]
            let solved = solve(group: Array(problems[group]), starts.map { Array($0[group]) }, norms) {
                let finished = done.withLock {
                    $0 += 1
                    return $0
                }
                progress?(Double(finished) / Double(problems.count))
            }
            solutions.withLock { $0[index] = solved }
        }
        return solutions.withLock { $0.flatMap { $0 } }
    }

    private func solve(
        group: [BinaryProblem], _ starts: [[Double]]?, _ norms: [Double], _ labelDone: () -> Void
    ) -> [LinearSolution] {
        var states = group.map {
            CoordinateState<Scalar>(
                problem: $0, norms: norms, columns: features.columns, loss: loss, hasIntercept: hasIntercept)
        }
        var order = Array(0 ..< features.rows)
        var sweep = 0
        features.values.withUnsafeBufferPointer { values in
            for (index, start) in (starts ?? []).enumerated() { states[index].begin(at: start, values.baseAddress!) }
            while sweep < mostSweeps, states.contains(where: { !$0.isDone }) {
                var generator = SeededGenerator(seed: seed, purpose: "dual coordinate descent", index: sweep)
                // Fisher–Yates shuffle. The generic one of the generator is slow across modules.
                for last in stride(from: order.count - 1, to: 0, by: -1) {
                    order.swapAt(last, generator.integer(below: last + 1))
                }
                for sample in order {
                    let x = values.baseAddress! + sample * features.columns
                    for index in states.indices where states[index].isActive[sample] { states[index].visit(sample, x) }
                }
                for index in states.indices where !states[index].isDone {
                    states[index].endSweep(tolerance: tolerance, values.baseAddress!)
                    if states[index].isDone { labelDone() }
                }
                sweep += 1
            }
            for index in states.indices { states[index].rebuildWeights(values.baseAddress!) }
        }
        return zip(group, states).map { problem, state in
            LinearSolution(
                label: problem.label, point: state.weights.map { Double($0) } + [state.intercept],
                converged: state.isDone, duals: state.alphas)
        }
    }
}

/// The dual variables, weights and active samples of one label.
struct CoordinateState<Scalar: MatrixScalar> {
    private let signs: [Double]
    /// The upper bounds of the dual variables.
    private let bounds: [Double]
    /// The contribution of a dual variable to its own gradient: 0 for the hinge, 1/(2·cost) for the squared hinge.
    private let ridge: [Double]
    private let curvature: [Double]
    private let columns: Int
    /// The feature whose weight is the intercept: 1, or 0 without intercept.
    private let one: Double
    private(set) var alphas: [Double]
    private(set) var weights: [Scalar]
    private(set) var intercept = 0.0
    private(set) var isActive: [Bool]
    private(set) var isDone = false

    /// A sample at a bound is shrunk if its gradient is beyond these limits, the extremes of the last sweep.
    private var shrinkAbove = Double.infinity
    private var shrinkBelow = -Double.infinity
    private var greatest = -Double.infinity
    private var least = Double.infinity
    private var hasShrunk = false

    init(
        problem: BinaryProblem, norms: [Double], columns: Int, loss: MultiLabelSVM<Scalar>.Loss, hasIntercept: Bool
    ) {
        one = hasIntercept ? 1 : 0
        signs = problem.signs
        switch loss {
        case .hinge:
            bounds = problem.costs
            ridge = Array(repeating: 0, count: signs.count)
        case .squaredHinge:
            bounds = Array(repeating: .infinity, count: signs.count)
            ridge = problem.costs.map { 0.5 / $0 }
        }
        curvature = zip(norms, ridge).map { [one] in $0 + one + $1 }
        self.columns = columns
        alphas = Array(repeating: 0, count: signs.count)
        weights = Array(repeating: 0, count: columns)
        isActive = Array(repeating: true, count: signs.count)
    }

    /// Sets the dual variables within their bounds, and the corresponding weights.
    mutating func begin(at start: [Double], _ features: UnsafePointer<Scalar>) {
        alphas = zip(start, bounds).map { min(max($0, 0), $1) }
        rebuildWeights(features)
    }

    /// Optimizes one dual variable.
    mutating func visit(_ sample: Int, _ x: UnsafePointer<Scalar>) {
        let product = weights.withUnsafeBufferPointer { RowKernels.dot($0.baseAddress!, x, columns) }
        let gradient = signs[sample] * (Double(product) + intercept) - 1 + alphas[sample] * ridge[sample]
        var projected = gradient
        if alphas[sample] == 0 {
            if gradient > shrinkAbove { return leaveAside(sample) }
            projected = min(gradient, 0)
        } else if alphas[sample] == bounds[sample] {
            if gradient < shrinkBelow { return leaveAside(sample) }
            projected = max(gradient, 0)
        }
        greatest = max(greatest, projected)
        least = min(least, projected)
        guard projected != 0 else { return }
        let old = alphas[sample]
        let moved = min(max(old - gradient / curvature[sample], 0), bounds[sample])
        alphas[sample] = moved
        let change = (moved - old) * signs[sample]
        weights.withUnsafeMutableBufferPointer { RowKernels.addScaled(Scalar(change), x, $0.baseAddress!, columns) }
        intercept += change * one
    }

    /// Determines the samples of the next sweep, or ends the search.
    mutating func endSweep(tolerance: Double, _ features: UnsafePointer<Scalar>) {
        defer {
            greatest = -.infinity
            least = .infinity
        }
        if greatest - least <= tolerance || greatest == -.infinity {
            if hasShrunk {
                for sample in isActive.indices { isActive[sample] = true }
                hasShrunk = false
                shrinkAbove = .infinity
                shrinkBelow = -.infinity
                rebuildWeights(features)
            } else {
                isDone = true
                for sample in isActive.indices { isActive[sample] = false }
            }
            return
        }
        shrinkAbove = greatest > 0 ? greatest : .infinity
        shrinkBelow = least < 0 ? least : -.infinity
    }

    /// Computes w = Σ αyx and b = Σ αy in double precision, which removes accumulated rounding errors.
    mutating func rebuildWeights(_ features: UnsafePointer<Scalar>) {
        var sums = [Double](repeating: 0, count: columns)
        intercept = 0
        for sample in alphas.indices where alphas[sample] != 0 {
            let factor = alphas[sample] * signs[sample]
            intercept += factor * one
            for column in 0 ..< columns { sums[column] += factor * Double(features[sample * columns + column]) }
        }
        weights = sums.map { Scalar($0) }
    }

    private mutating func leaveAside(_ sample: Int) {
        isActive[sample] = false
        hasShrunk = true
    }
}
