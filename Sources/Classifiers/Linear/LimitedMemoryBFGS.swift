/// Minimizes one smooth convex function by L-BFGS, one evaluation at a time.
///
/// The caller evaluates the function and its gradient at `trial` and calls `advance`, so that several minimizations can
/// share evaluations in lockstep. The line search brackets a step that satisfies the weak Wolfe conditions. If rounding
/// hides differences of values, it uses slopes only.
///
/// - Source: Liu & Nocedal, Math. Prog. 45 (1989); the approximate Wolfe condition is that of Hager & Zhang, SIAM J.
///   Optim. 16 (2005).
struct LimitedMemoryBFGS {
    enum State: Equatable {
        case running
        /// The gradient is within its bound.
        case converged
        /// No step along the steepest descent decreases the value by more than rounding.
        case stalled
    }

    /// The next point to evaluate.
    private(set) var trial: [Double]

    /// The best point so far.
    private(set) var point: [Double]
    private(set) var state = State.running

    /// The largest component of the gradient at `point`.
    var gradientSize: Double { largest(gradient) }

    /// The number of accepted steps.
    private(set) var iterations = 0

    private let gradientBound: Double
    private let rounding: Double
    private var value = Double.nan
    private var gradient: [Double] = []
    private var direction: [Double] = []
    private var slope = 0.0
    private var step = 0.0
    private var lower: (step: Double, slope: Double) = (0, 0)
    private var upper: (step: Double, slope: Double)?
    private var trials = 0
    private var pairs: [(change: [Double], turn: [Double], product: Double)] = []

    private static let memory = 10
    private static let sufficientDecrease = 1e-4
    private static let sufficientTurn = 0.9
    private static let mostTrials = 40

    /// - Parameters:
    ///   - start: the first point to evaluate.
    ///   - gradientBound: ends the search when no component of the gradient is larger.
    ///   - rounding: the relative error of a value.
    init(start: [Double], gradientBound: Double, rounding: Double) {
        trial = start
        point = start
        self.gradientBound = gradientBound
        self.rounding = rounding
    }

    /// Processes the value and gradient at `trial`, and updates `trial`.
    mutating func advance(value newValue: Double, gradient newGradient: [Double]) {
        guard state == .running else { return }
        if gradient.isEmpty {
            value = newValue
            gradient = newGradient
            return begin()
        }
        trials += 1
        let newSlope = dot(newGradient, direction)
        let decreased =
            newValue <= value + Self.sufficientDecrease * step * slope
            || (newValue <= value + rounding * abs(value) && newSlope <= (2 * Self.sufficientDecrease - 1) * slope)
        if decreased, newSlope >= Self.sufficientTurn * slope {
            accept(newValue, newGradient)
        } else if trials >= Self.mostTrials {
            startAgain()
        } else {
            bracket(tooFar: !decreased || !newSlope.isFinite, newSlope)
        }
    }

    private mutating func accept(_ newValue: Double, _ newGradient: [Double]) {
        let change = zip(trial, point).map { $0 - $1 }
        let turn = zip(newGradient, gradient).map { $0 - $1 }
        let product = dot(change, turn)
        if product > 0, product.isFinite {
            if pairs.count == Self.memory { pairs.removeFirst() }
            pairs.append((change, turn, product))
        }
        point = trial
        value = newValue
        gradient = newGradient
        iterations += 1
        begin()
    }

    /// Discards the curvature and tries the steepest descent. Ends the search if that failed already.
    private mutating func startAgain() {
        if pairs.isEmpty {
            trial = point
            state = .stalled
        } else {
            pairs = []
            begin()
        }
    }

    /// Starts a line search from `point`.
    private mutating func begin() {
        if largest(gradient) <= gradientBound {
            trial = point
            state = .converged
            return
        }
        direction = descent()
        slope = dot(direction, gradient)
        if !(slope < 0) {
            pairs = []
            direction = gradient.map { -$0 }
            slope = -dot(gradient, gradient)
        }
        step = pairs.isEmpty ? 1 / (-slope).squareRoot() : 1
        lower = (0, slope)
        upper = nil
        trials = 0
        moveTrial()
    }

    /// Narrows the bracket and chooses the next step in it.
    private mutating func bracket(tooFar: Bool, _ newSlope: Double) {
        if tooFar { upper = (step, newSlope) } else { lower = (step, newSlope) }
        if let upper {
            // Uses the secant of the slopes, limited to the inner part of the bracket, or the middle if the slopes are
            // not usable.
            let width = upper.step - lower.step
            var share = -lower.slope / (upper.slope - lower.slope)
            if !(share.isFinite && upper.slope > 0) { share = 0.5 }
            step = lower.step + width * min(max(share, 0.1), 0.9)
        } else {
            step *= 2.5
        }
        moveTrial()
    }

    private mutating func moveTrial() {
        trial = zip(point, direction).map { $0 + step * $1 }
    }

    /// Returns the direction of the two-loop recursion.
    private func descent() -> [Double] {
        var result = gradient.map { -$0 }
        var shares = [Double](repeating: 0, count: pairs.count)
        for (index, pair) in pairs.enumerated().reversed() {
            shares[index] = dot(pair.change, result) / pair.product
            add(-shares[index], pair.turn, to: &result)
        }
        if let last = pairs.last {
            let scale = last.product / dot(last.turn, last.turn)
            for index in result.indices { result[index] *= scale }
        }
        for (index, pair) in pairs.enumerated() {
            add(shares[index] - dot(pair.turn, result) / pair.product, pair.change, to: &result)
        }
        return result
    }

    private func largest(_ values: [Double]) -> Double {
        values.reduce(0) { max($0, abs($1)) }
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in RowKernels.dot(a.baseAddress!, b.baseAddress!, a.count) }
        }
    }

    private func add(_ scale: Double, _ x: [Double], to y: inout [Double]) {
        x.withUnsafeBufferPointer { x in
            y.withUnsafeMutableBufferPointer { y in
                RowKernels.addScaled(scale, x.baseAddress!, y.baseAddress!, x.count)
            }
        }
    }
}
