import Foundation

/// Probabilities from decision values by Platt scaling: p = 1 / (1 + exp(a·f + b)).
///
/// - Source: Platt, Advances in Large Margin Classifiers (1999), fitted as in Lin, Lin & Weng, Machine Learning 68
///   (2007).
public struct PlattCalibrator: Codable, Equatable, Sendable {
    /// Negative if higher decision values make the label more likely.
    public let slope: Double
    public let offset: Double

    public init(slope: Double, offset: Double) {
        precondition(slope.isFinite && offset.isFinite, "slope and offset must be finite, found \(slope) and \(offset)")
        self.slope = slope
        self.offset = offset
    }

    public func probability(_ decisionValue: Double) -> Double {
        logistic(-(slope * decisionValue + offset))
    }

    /// Fits the curve by maximum likelihood, with truth smoothed to (n₁ + 1)/(n₁ + 2) and 1/(n₀ + 2), so that separable
    /// classes give a finite curve.
    ///
    /// The method is Newton's with backtracking on standardized values, to the limit of double precision. Decision
    /// values can have any unit.
    ///
    /// - Parameters:
    ///   - decisionValues: n, finite.
    ///   - truth: n, 0 or 1. If all are equal, or all decision values are equal, the curve is a constant.
    public static func fit(decisionValues: [Double], truth: [UInt8]) -> PlattCalibrator {
        requireCalibrationSample(decisionValues, truth)
        let positives = truth.count { $0 == 1 }
        let negatives = truth.count - positives
        let yes = Double(positives + 1) / Double(positives + 2)
        let no = 1 / Double(negatives + 2)
        let meanTarget =
            truth.isEmpty ? 0.5 : (Double(positives) * yes + Double(negatives) * no) / Double(truth.count)
        let (mean, deviation) = meanAndDeviation(decisionValues)
        let prior = log((1 - meanTarget) / meanTarget)
        guard positives > 0, negatives > 0, deviation > 0 else { return PlattCalibrator(slope: 0, offset: prior) }

        let values = decisionValues.map { ($0 - mean) / deviation }
        let targets = truth.map { $0 == 1 ? yes : no }
        let (slope, offset) = newton(values, targets, startOffset: prior)
        return PlattCalibrator(slope: slope / deviation, offset: offset - slope * mean / deviation)
    }

    private static func newton(
        _ values: [Double], _ targets: [Double], startOffset: Double
    ) -> (slope: Double, offset: Double) {
        var (a, b) = (0.0, startOffset)
        var loss = crossEntropy(values, targets, a, b)
        for _ in 0 ..< 100 {
            var (h11, h21, h22) = (1e-12, 0.0, 1e-12)
            var (g1, g2) = (0.0, 0.0)
            for (value, target) in zip(values, targets) {
                let p = logistic(-(a * value + b))
                let weight = p * (1 - p)
                h11 += value * value * weight
                h21 += value * weight
                h22 += weight
                g1 += value * (target - p)
                g2 += target - p
            }
            let determinant = h11 * h22 - h21 * h21
            let (stepA, stepB) = (-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant)
            guard stepA.isFinite, stepB.isFinite else { break }

            // Near the minimum, rounding hides the improvement of a step. The full Newton step is still the better
            // point.
            let rounding = 1e-12 * loss
            let descent = g1 * stepA + g2 * stepB
            var length = 1.0
            var next = crossEntropy(values, targets, a + stepA, b + stepB)
            while next > loss + 1e-4 * length * descent + rounding, length > 1e-10 {
                length /= 2
                next = crossEntropy(values, targets, a + length * stepA, b + length * stepB)
            }
            (a, b) = (a + length * stepA, b + length * stepB)
            loss = next
            if length * (abs(stepA) + abs(stepB)) < 1e-10 { break }
        }
        return (a, b)
    }

    /// Returns −Σ t ln p + (1 − t) ln(1 − p), without overflow.
    private static func crossEntropy(_ values: [Double], _ targets: [Double], _ a: Double, _ b: Double) -> Double {
        var sum = 0.0
        for (value, target) in zip(values, targets) {
            let z = a * value + b
            sum += z >= 0 ? target * z + log1p(exp(-z)) : (target - 1) * z + log1p(exp(z))
        }
        return sum
    }
}

/// Returns 1 / (1 + exp(−x)), exact in both tails.
func logistic(_ x: Double) -> Double {
    if x >= 0 { return 1 / (1 + exp(-x)) }
    let power = exp(x)
    return power / (1 + power)
}

/// Traps if values and truth have different counts, or a value is not finite.
func requireCalibrationSample(_ decisionValues: [Double], _ truth: [UInt8]) {
    precondition(
        decisionValues.count == truth.count, "\(decisionValues.count) decision values and \(truth.count) truths")
    precondition(decisionValues.allSatisfy { $0.isFinite }, "a decision value is not finite")
    precondition(truth.allSatisfy { $0 <= 1 }, "truth must be 0 or 1")
}

private func meanAndDeviation(_ values: [Double]) -> (mean: Double, deviation: Double) {
    guard let first = values.first else { return (0, 0) }
    guard values.contains(where: { $0 != first }) else { return (first, 0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count)).squareRoot())
}
