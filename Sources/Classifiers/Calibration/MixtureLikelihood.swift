import Foundation

/// How likely the truth is under a weighted mean of what several members give to it, and the weights for which it is
/// likeliest.
struct MixtureLikelihood {
    /// Cell by cell, one value above 0 for each member.
    let likelihoods: [Double]
    let members: Int

    private var cells: Int { likelihoods.count / members }

    /// The weights of least log loss, not negative, 1 together.
    ///
    /// Sequential quadratic programming on the simplex, from equal weights: each round goes towards the best weights of
    /// the quadratic model, not further than the loss falls. It stops when the loss is proven to be within 10⁻⁹ of the
    /// lowest: with gₘ the mean of (member's likelihood / mixture's), the loss can fall by at most max gₘ − 1. Where a
    /// quadratic step brings nothing, or there are too many members to look at every subset of them, a round of
    /// expectation maximisation takes its place; 5,000 of these are the end anyway, which only members that are nearly
    /// the same need.
    ///
    /// - Source: the bound by concavity of the logarithm; Dempster, Laird & Rubin, J. R. Stat. Soc. B 39 (1977), §4.3,
    ///   for expectation maximisation.
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

    /// g, of which −g is the loss' gradient, and the matrix of its second derivatives, row by row.
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

    /// Of the weights that each subset of members would have alone, were the loss quadratic, those of the lowest model:
    /// the model's minimum on the simplex is that of its support.
    private func quadraticMinimum(_ weights: [Double], _ gains: [Double], _ curvature: [Double]) -> [Double]? {
        guard members <= 8 else { return nil }
        // Of the model −g·(x − w) + ½(x − w)ᵀH(x − w) what depends on x: ½xᵀHx − (g + Hw)·x.
        let pull = (0 ..< members).map { row in
            gains[row] + (0 ..< members).reduce(0) { $0 + curvature[row * members + $1] * weights[$1] }
        }
        var best: (value: Double, weights: [Double])?
        for subset in 1 ..< 1 << members {
            let support = (0 ..< members).filter { subset & (1 << $0) != 0 }
            guard let found = stationary(support, pull, curvature), found.allSatisfy({ $0 >= 0 }) else { continue }
            // Elimination leaves their sum a rounding away from 1.
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

    /// Where ½xᵀHx − p·x is stationary among weights of the support that add up to 1; nil where it is not unique.
    private func stationary(_ support: [Int], _ pull: [Double], _ curvature: [Double]) -> [Double]? {
        // [H 1; 1ᵀ 0] [x; λ] = [p; 1], by elimination with pivots.
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

    /// The first point on the way, halving it, at which the loss has fallen enough; nil where there is none.
    private func descent(
        from weights: [Double], _ loss: Double, towards target: [Double], _ gains: [Double]
    ) -> [Double]? {
        let slope = (0 ..< members).reduce(0) { $0 - gains[$1] * (target[$1] - weights[$1]) }
        guard slope < 0 else { return nil }
        var length = 1.0
        while length > 1e-6 {
            let moved =
                length == 1 ? target : zip(weights, target).map { max(0, $0 + length * ($1 - $0)) }
            // What rounding hides of a step so small must not keep it from being made.
            if logLoss(moved) <= loss + 1e-4 * length * slope + 1e-14 { return moved }
            length /= 2
        }
        return nil
    }
}
