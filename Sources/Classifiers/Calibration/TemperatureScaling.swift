import Foundation

/// Probabilities from one label's logits, made less or more sure without moving the even odds:
/// p = 1 / (1 + exp(−f/T)).
///
/// - Source: Guo, Pleiss, Sun & Weinberger, ICML 2017, for two classes.
public struct TemperatureScaling: Equatable, Sendable {
    /// Above 1 for logits that are too sure of themselves.
    public let temperature: Double

    /// - Precondition: `temperature` is positive and finite.
    public init(temperature: Double) {
        precondition(temperature > 0 && temperature.isFinite, "a temperature of \(temperature)")
        self.temperature = temperature
    }

    public func probability(_ logit: Double) -> Double { logistic(logit / temperature) }

    /// Minimises the log loss, which is convex in 1/T, by Newton steps kept inside a shrinking bracket.
    ///
    /// T stays within bounds that matter only where there is no minimum: logits that separate the classes perfectly
    /// end at a probability of 1 − 10⁻¹³ for the surest, logits that speak for the wrong side at one half for all.
    ///
    /// - Parameters:
    ///   - logits: n, finite.
    ///   - truth: n, 0 or 1.
    public static func fit(logits: [Double], truth: [UInt8]) -> TemperatureScaling {
        requireCalibrationSample(logits, truth)
        let largest = logits.reduce(0) { max($0, abs($1)) }
        // Scaling by the largest makes the bounds the same for logits of every unit.
        guard largest > 0, (1 / largest).isFinite else { return TemperatureScaling(temperature: 1) }
        let margins = zip(logits, truth).map { logit, isTrue in (isTrue == 1 ? logit : -logit) / largest }

        /// The first and second derivative of the log loss by the inverse temperature.
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
                debugDescription: "a temperature is positive, found \(temperature). Train the model again.")
        }
        self.init(temperature: temperature)
    }
}
