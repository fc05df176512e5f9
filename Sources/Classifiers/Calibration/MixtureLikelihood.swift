import Foundation

/// The likelihood of the truth under a weighted mean of several members, and the weights that maximize it.
struct MixtureLikelihood {
    /// One value above 0 per cell and member.
    let likelihoods: [Double]
    let members: Int

    private var cells: Int { likelihoods.count / members }

    /// Returns the weights with the lowest log loss: not negative, with the sum 1.
    ///
    /// The method is sequential quadratic programming on the simplex, from equal weights. Each iteration moves towards
    /// the minimum of the quadratic model while the loss decreases. It stops when the loss is provably within 10⁻⁹ of
    /// the minimum: if gₘ is the mean of (likelihood of member m / likelihood of the mixture), the loss can decrease by
    /// at most max gₘ − 1. If a quadratic step brings no improvement, or there are too many members to examine all
    /// subsets, an iteration of expectation maximization replaces it. The limit of 5,000 iterations is reached only by
    /// members that are nearly equal.
    ///
    /// - Source: the bound by concavity of the logarithm; Dempster, Laird & Rubin, J. R. Stat. Soc. B 39 (1977), §4.3,
    ///   for expectation maximization.
    func weights() -> [Double] {
        var weights = [Double](repeating: 1 / Double(members), count: members)
        for _ in 0 ..< 5000 {
            let (gains, curvature) = derivatives(weights)
            if (gains.max() ?? 1) - 1 <= 1e-9 { break }
            let loss = logLoss(weights)
            if let target = quadraticMinimum(weights, gains, curvature),
                let moved = descent(from: weights, loss, towards: target, gains)
            {
                weights = moved
                continue
            }
            for member in 0 ..< members { weights[member] *= gains[member] }
            let total = weights.reduce(0, +)
            for member in 0 ..< members { weights[member] /= total }
        }
        return weights
    }

    /// −Σ log mixture / cells.
    func logLoss(_ weights: [Double]) -> Double {
        var sum = 0.0
        likelihoods.withUnsafeBufferPointer { likelihoods in
            for cell in 0 ..< cells {
                var mixture = 0.0
                for member in 0 ..< members { mixture += weights[member] * likelihoods[cell * members + member] }
                sum -= log(mixture)
            }
        }
        return sum / Double(cells)
    }

    /// Returns g, where −g is the gradient of the loss, and the matrix of second derivatives in row order.
    private func derivatives(_ weights: [Double]) -> (gains: [Double], curvature: [Double]) {
        var gains = [Double](repeating: 0, count: members)
        var curvature = [Double](repeating: 0, count: members * members)
        likelihoods.withUnsafeBufferPointer { likelihoods in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: members) { shares in
                for cell in 0 ..< cells {
                    let values = likelihoods.baseAddress! + cell * members
                    var mixture = 0.0
                    for member in 0 ..< members { mixture += weights[member] * values[member] }
                    let inverse = 1 / mixture
                    for member in 0 ..< members {
                        let share = values[member] * inverse
                        shares[member] = share
                        gains[member] += share
                        for other in 0 ... member { curvature[member * members + other] += share * shares[other] }
                    }
                }
            }
        }
        for member in 0 ..< members {
            gains[member] /= Double(cells)
            for other in 0 ... member {
                curvature[member * members + other] /= Double(cells)
                curvature[other * members + member] = curvature[member * members + other]
            }
        }
        return (gains, curvature)
    }

    /// Returns the minimum of the quadratic model on the simplex. It is the best of the stationary points of all
    /// subsets of members.
    private func quadraticMinimum(_ weights: [Double], _ gains: [Double], _ curvature: [Double]) -> [Double]? {
        guard members <= 8 else { return nil }
        // The part of the model −g·(x − w) + ½(x − w)ᵀH(x − w) that depends on x is ½xᵀHx − (g + Hw)·x.
        let pull = (0 ..< members).map { row in
            gains[row] + (0 ..< members).reduce(0) { $0 + curvature[row * members + $1] * weights[$1] }
        }
        var best: (value: Double, weights: [Double])?
        for subset in 1 ..< 1 << members {
            let support = (0 ..< members).filter { subset & (1 << $0) != 0 }
            guard let found = stationary(support, pull, curvature), found.allSatisfy({ $0 >= 0 }) else { continue }
            // After elimination, the sum of the weights differs from 1 by rounding.
            let total = found.reduce(0, +)
            var candidate = [Double](repeating: 0, count: members)
            for (place, member) in support.enumerated() { candidate[member] = found[place] / total }
            var value = 0.0
            for row in 0 ..< members {
                value -= pull[row] * candidate[row]
                for column in 0 ..< members {
                    value += 0.5 * candidate[row] * curvature[row * members + column] * candidate[column]
                }
            }
            if best.map({ value < $0.value }) ?? true { best = (value, candidate) }
        }
        return best?.weights
    }

    /// Returns the stationary point of ½xᵀHx − p·x among weights of the support with the sum 1; nil if it is not
    /// unique.
    private func stationary(_ support: [Int], _ pull: [Double], _ curvature: [Double]) -> [Double]? {
        // Solves [H 1; 1ᵀ 0] [x; λ] = [p; 1] by elimination with pivots.
        let width = support.count + 1
        var rows = support.map { row in support.map { curvature[row * members + $0] } + [1, pull[row]] }
        rows.append(Array(repeating: 1, count: support.count) + [0, 1])
        for column in 0 ..< width {
            let pivot = (column ..< width).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            rows.swapAt(column, pivot)
            guard abs(rows[column][column]) > 1e-13 else { return nil }
            for row in 0 ..< width where row != column {
                let factor = rows[row][column] / rows[column][column]
                for place in column ... width { rows[row][place] -= factor * rows[column][place] }
            }
        }
        return (0 ..< support.count).map { rows[$0][width] / rows[$0][$0] }
    }

    /// Returns the first point with a sufficient decrease of the loss, by halving the step; nil if there is none.
    private func descent(
        from weights: [Double], _ loss: Double, towards target: [Double], _ gains: [Double]
    ) -> [Double]? {
        let slope = (0 ..< members).reduce(0) { $0 - gains[$1] * (target[$1] - weights[$1]) }
        guard slope < 0 else { return nil }
        var length = 1.0
        while length > 1e-6 {
            let moved =
                length == 1 ? target : zip(weights, target).map { max(0, $0 + length * ($1 - $0)) }
            // The tolerance accepts steps whose improvement is smaller than rounding.
            if logLoss(moved) <= loss + 1e-4 * length * slope + 1e-14 { return moved }
            length /= 2
        }
        return nil
    }
}
