import CKernels
import LinearAlgebra

/// The samples that the solver currently optimizes, and the pairwise steps among them.
struct ActiveSet<Scalar: MatrixScalar> {
    enum Reason {
        /// No pair violates optimality by more than the tolerance.
        case optimal
        /// Enough samples are at a bound that a smaller active set pays off.
        case shrinkable
        case tooManyIterations
    }

    private typealias Extremes = (place: Int, greatest: Double, least: Double)

    private let kernel: RadialKernel<Scalar>
    /// The sample at each place of the active set, ascending.
    private let samples: [Int]
    private let signs: [Double]
    private let costs: [Double]
    private var coefficients: [Double]
    private var gradient: [Double]
    /// 0 if a coefficient can increase, −∞ if it is at its upper bound.
    private var mayGrow: [Double]
    /// 0 if a coefficient can decrease, −∞ if it is at its lower bound.
    private var mayFall: [Double]
    /// Kernel rows of the active set, gathered on first use. Empty if the set contains all samples.
    private var rows: [[Scalar]?]

    /// Whether the set contains all samples.
    let isWhole: Bool

    init(
        kernel: RadialKernel<Scalar>, problem: BinaryProblem, samples: [Int], _ allCoefficients: [Double],
        _ allGradients: [Double]
    ) {
        self.kernel = kernel
        self.samples = samples
        isWhole = samples.count == kernel.count
        signs = samples.map { problem.signs[$0] }
        costs = samples.map { problem.costs[$0] }
        coefficients = samples.map { allCoefficients[$0] }
        gradient = samples.map { allGradients[$0] }
        mayGrow = Array(repeating: 0, count: samples.count)
        mayFall = mayGrow
        rows = Array(repeating: nil, count: isWhole ? 0 : samples.count)
        for place in samples.indices { updateGates(place) }
    }

    /// Takes steps until a reason to stop occurs.
    mutating func run(tolerance: Double, mostIterations: Int) -> (reason: Reason, iterations: Int) {
        let count = samples.count
        var untilCheck = min(count, 1000)
        var iterations = 0
        var (first, greatest, least) = extremes()
        while true {
            guard first < count, greatest - least >= tolerance else { return (.optimal, iterations) }
            if iterations >= mostIterations { return (.tooManyIterations, iterations) }
            if untilCheck == 0 {
                untilCheck = min(count, 1000)
                if promising(greatest, least).count * 10 <= count * 7 { return (.shrinkable, iterations) }
            }
            guard let next = step(first, greatest) else { return (.optimal, iterations) }
            (first, greatest, least) = next
            untilCheck -= 1
            iterations += 1
        }
    }

    /// Copies coefficients and gradients to the arrays of all samples.
    func writeBack(_ allCoefficients: inout [Double], _ allGradients: inout [Double]) {
        for (place, sample) in samples.enumerated() {
            allCoefficients[sample] = coefficients[place]
            allGradients[sample] = gradient[place]
        }
    }

    /// Returns the samples that are not at a bound with a clear gradient.
    func promisingSamples() -> [Int] {
        let (_, greatest, least) = extremes()
        return promising(greatest, least).map { samples[$0] }
    }

    /// Returns b of f(x) = Σ βK + b: the mean that puts free samples on their margin. Without free samples, it is the
    /// middle of the range that the bounds allow.
    func intercept() -> Double {
        let free = samples.indices.filter { mayGrow[$0] == 0 && mayFall[$0] == 0 }
        if !free.isEmpty { return -free.reduce(0) { $0 + gradient[$1] } / Double(free.count) }
        let (_, greatest, least) = extremes()
        return greatest.isFinite && least.isFinite ? (greatest + least) / 2 : greatest.isFinite ? greatest : least
    }

    private func promising(_ greatest: Double, _ least: Double) -> [Int] {
        samples.indices.filter { place in
            if mayGrow[place] < 0 { return -gradient[place] <= greatest }
            if mayFall[place] < 0 { return -gradient[place] >= least }
            return true
        }
    }

    /// Returns the largest −gradient among the coefficients that can increase, with its place, and the smallest among
    /// those that can decrease.
    private func extremes() -> Extremes {
        let table = RowKernels.table
        var greatest = 0.0
        let place = table.pointee.largest_negative(gradient, mayGrow, samples.count, &greatest)
        return (place, greatest, table.pointee.least_negative(gradient, mayFall, samples.count))
    }

    /// Moves a pair. Returns the new extremes, or nil if no partner promises a gain.
    private mutating func step(_ first: Int, _ greatest: Double) -> Extremes? {
        let count = samples.count
        gather(first)
        let partner = withRow(first) {
            RowKernels.secondOrder(row: $0, e: gradient, mayFall: mayFall, largest: greatest, count)
        }
        guard let second = partner else { return nil }
        gather(second)
        let similarity = withRow(first) { Double($0[second]) }
        let curvature = max(2 - 2 * similarity, 1e-12)
        let room = min(upperBound(first) - coefficients[first], coefficients[second] - lowerBound(second))
        let wanted = (greatest + gradient[second]) / curvature
        let change = min(wanted, room)
        if change == room {
            // A coefficient that reaches its bound is set to it exactly.
            let growth = upperBound(first) - coefficients[first]
            let fall = coefficients[second] - lowerBound(second)
            coefficients[first] = growth <= change ? upperBound(first) : coefficients[first] + change
            coefficients[second] = fall <= change ? lowerBound(second) : coefficients[second] - change
        } else {
            coefficients[first] += change
            coefficients[second] -= change
        }
        updateGates(first)
        updateGates(second)
        return updateGradient(first, second, change)
    }

    private mutating func updateGradient(_ first: Int, _ second: Int, _ change: Double) -> Extremes {
        let count = samples.count
        var moved = gradient
        gradient = []
        defer { gradient = moved }
        return moved.withUnsafeMutableBufferPointer { moved in
            withRow(first) { a in
                withRow(second) { b in
                    RowKernels.move(
                        change, a, b, moved.baseAddress!, mayGrow: mayGrow, mayFall: mayFall, count)
                }
            }
        }
    }

    private func upperBound(_ place: Int) -> Double { signs[place] > 0 ? costs[place] : 0 }
    private func lowerBound(_ place: Int) -> Double { signs[place] > 0 ? 0 : -costs[place] }

    private mutating func updateGates(_ place: Int) {
        mayGrow[place] = coefficients[place] < upperBound(place) ? 0 : -.infinity
        mayFall[place] = coefficients[place] > lowerBound(place) ? 0 : -.infinity
    }

    /// Gathers a kernel row of a smaller set.
    private mutating func gather(_ place: Int) {
        guard !isWhole, rows[place] == nil else { return }
        rows[place] = kernel.withRow(samples[place]) { row in
            [Scalar](unsafeUninitializedCapacity: samples.count) { buffer, initialized in
                for (target, source) in samples.enumerated() { buffer[target] = row[source] }
                initialized = samples.count
            }
        }
    }

    @inline(__always)
    private func withRow<Result>(_ place: Int, _ body: (UnsafePointer<Scalar>) -> Result) -> Result {
        if isWhole { return kernel.withRow(place, body) }
        return rows[place]!.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
