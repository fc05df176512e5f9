import DiagnosticFeatures
import Foundation
import Signals

extension Prediction {
    /// A measurement that carried the answer of a label.
    ///
    /// The classifiers used it for their answer. Whether the condition caused it is another question.
    public struct Evidence: Codable, Equatable, Sendable {
        public enum Direction: String, Codable, Sendable {
            /// Above the limit, or without a limit above seven eighths of the training recordings.
            case high
            /// Below the limit, or without a limit below seven eighths of the training recordings.
            case low
            /// Between.
            case usual
        }

        /// The name of the measurement, as in `docs/measurements.md`.
        public let name: String
        /// A sentence for people.
        public let text: String
        /// In `unit`; of a measurement with states, the number of the state; nil for the shape of the usual beats.
        public let value: Double?
        public let unit: String
        /// Nil for a direction or a state.
        public let direction: Direction?
        /// The limit of `source` that the value is beyond, or the only one; nil without one.
        public let limit: Double?
        public let source: String?
        /// The leads that the measurement is made of; empty for the rhythm.
        public let leads: [String]
        /// 0…1, of all that speaks for the label.
        public let share: Double
    }
}

extension Prediction.Evidence {
    /// - Parameters:
    ///   - value: Nil for a group without one.
    ///   - usual: The range of six eighths of the training recordings, which a value without a limit is compared with.
    ///   - sex: The sex that some limits depend on.
    init(
        _ group: MeasurementGroup, value: Double?, usual: ClosedRange<Double>?, sex: Patient.Sex?, share: Double
    ) {
        let words = group.words.prefix(1).uppercased() + group.words.dropFirst()
        guard let value else {
            self.init(
                name: group.name, text: "\(words).", value: nil, unit: group.unit, direction: nil, limit: nil,
                source: nil, leads: group.leads, share: share)
            return
        }
        let number = { (value: Double) in Self.text(value, group.unit) }
        var comparison = ""
        var (direction, limit): (Direction?, Double?) = (nil, nil)
        if let rule = group.limit, let bounds = rule.bounds(for: sex) {
            direction = Self.direction(value, low: bounds.low, high: bounds.high)
            switch (direction, bounds.low, bounds.high) {
            case (.low, let low?, _): (limit, comparison) = (low, "below the limit of \(number(low))")
            case (.high, _, let high?): (limit, comparison) = (high, "above the limit of \(number(high))")
            case (_, let low?, let high?): comparison = "within the limits of \(number(low)) and \(number(high))"
            case (_, let low, let high):
                limit = low ?? high
                comparison = limit.map { "within the limit of \(number($0))" } ?? ""
            }
            comparison += " (\(rule.source))"
        } else if let rule = group.limit, let women = rule.women.high, let men = rule.men.high {
            if value > max(women, men) { direction = .high }
            if value <= min(women, men) { direction = .usual }
            comparison =
                "the limit is \(number(women)) for women and \(number(men)) for men (\(rule.source))"
        } else if let usual {
            direction = Self.direction(value, low: usual.lowerBound, high: usual.upperBound)
            let (low, high) = (number(usual.lowerBound), number(usual.upperBound))
            comparison =
                switch direction {
                case .low: "below seven eighths of the training recordings (\(low))"
                case .high: "above seven eighths of the training recordings (\(high))"
                default: "like most training recordings (\(low) to \(high))"
                }
        }
        let shown = group.states.isEmpty ? number(value) : Self.state(value, group.states)
        self.init(
            name: group.name, text: "\(words): \(shown)\(comparison.isEmpty ? "" : ", \(comparison)").",
            value: value, unit: group.unit, direction: direction, limit: limit, source: group.limit?.source,
            leads: group.leads, share: share)
    }

    private static func direction(_ value: Double, low: Double?, high: Double?) -> Direction {
        if let low, value < low { return .low }
        if let high, value > high { return .high }
        return .usual
    }

    private static func state(_ value: Double, _ states: [String]) -> String {
        states[min(max(Int(value.rounded()), 0), states.count - 1)]
    }

    /// The value with its unit: mV with two digits, so that it differs from a limit that it is beyond.
    private static func text(_ value: Double, _ unit: String) -> String {
        let digits =
            switch unit {
            case "ms", "°", "%", "beats/min": 0
            case "mV·s": 3
            default: 2
            }
        var text = String(format: "%.\(digits)f", value)
        if Double(text) == 0 { text = text.replacing("-", with: "") }
        text = text.replacing("-", with: "−")
        return unit.isEmpty ? text : unit == "°" ? text + unit : "\(text) \(unit)"
    }
}
