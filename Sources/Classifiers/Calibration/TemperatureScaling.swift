import Foundation

/// Probabilities from the logits of one label by temperature scaling: p = 1 / (1 + exp(−f/T)). Even odds stay at 0.
///
/// - Source: Guo, Pleiss, Sun & Weinberger, ICML 2017, for two classes.
public struct TemperatureScaling: Equatable, Sendable {
    /// Above 1 for overconfident logits.
    public let temperature: Double

    /// - Precondition: `temperature` is positive and finite.
    public init(temperature: Double) {
        precondition(
            temperature > 0 && temperature.isFinite, "a temperature must be positive and finite, found \(temperature)")
        self.temperature = temperature
    }

    public func probability(_ logit: Double) -> Double { logistic(logit / temperature) }

    /// Minimizes the log loss, which is convex in 1/T, by Newton steps inside of a shrinking bracket.
    ///
    /// The bounds of T matter only if there is no minimum. Logits that separate the classes get a probability of 1 −
    /// 10⁻¹³ at most; logits that favor the wrong side get one half.
    ///
    /// - Parameters:
    ///   - logits: n, finite.
    ///   - truth: n, 0 or 1.
    public static func fit(logits: [Double], truth: [UInt8]) -> TemperatureScaling {
        requireCalibrationSample(logits, truth)
        let largest = logits.reduce(0) { max($0, abs($1)) }
        // Scaling by the largest logit makes the bounds independent of the unit of the logits.
        guard largest > 0, (1 / largest).isFinite else { return TemperatureScaling(temperature: 1) }
        let margins = zip(logits, truth).map { logit, isTrue in (isTrue == 1 ? logit : -logit) / largest }

        /// Returns the first and second derivative of the log loss with respect to the inverse temperature.
        func derivatives(_ inverse: Double) -> (first: Double, second: Double) {
            var (first, second) = (0.0, 0.0)
            for margin in margins {
                let doubt = logistic(-inverse * margin)
                first -= margin * doubt
                second += margin * margin * doubt * (1 - doubt)
            }
            return (first, second)
        }

        var (low, high) = (1e-3, 30.0)
        if derivatives(low).first >= 0 { return TemperatureScaling(temperature: largest / low) }
        if derivatives(high).first <= 0 { return TemperatureScaling(temperature: largest / high) }
        var inverse = 1.0
        for _ in 0 ..< 200 {
            let (first, second) = derivatives(inverse)
            if first == 0 { break }
            if first > 0 { high = inverse } else { low = inverse }
            let step = inverse - first / second
            let next = step > low && step < high ? step : (low + high) / 2
            let isSettled = abs(next - inverse) <= 1e-14 * inverse
            inverse = next
            if isSettled { break }
        }
        return TemperatureScaling(temperature: largest / inverse)
    }
}

extension TemperatureScaling: Codable {
    private enum CodingKeys: CodingKey {
        case temperature
    }

    /// - Throws: `DecodingError.dataCorrupted` for a temperature that is not positive.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let temperature = try container.decode(Double.self, forKey: .temperature)
        guard temperature > 0, temperature.isFinite else {
            throw DecodingError.dataCorruptedError(
                forKey: .temperature, in: container,
                debugDescription: "a temperature must be positive, found \(temperature). Train the model again.")
        }
        self.init(temperature: temperature)
    }
}
