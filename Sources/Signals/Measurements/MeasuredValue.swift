/// Reasons why a value could not be measured.
public enum Unmeasurable: String, Sendable, CaseIterable {
    /// The recording has no beats, or none of the kind that is needed.
    case noBeats = "no-beats"
    /// There are fewer beats or intervals than the value needs.
    case tooFewBeats = "too-few-beats"
    /// The usual beat has no P wave.
    case noPWave = "no-p-wave"
    /// The usual beat has no QRS complex that could be delineated.
    case noQRSComplex = "no-qrs-complex"
    /// The usual beat has no T wave that could be delineated.
    case noTWave = "no-t-wave"
    /// The recording lacks a lead that the value is made of.
    case leadMissing = "lead-missing"
    /// The lead has no usable signal at the place of the value.
    case noSignal = "no-signal"
    /// The deflections of the leads cancel, or are too small for a direction.
    case noDirection = "no-direction"
}

/// A measurement, or the reason why there is none.
public struct MeasuredValue: Sendable, Equatable {
    /// In the unit of the property that holds the measurement; nil if it could not be measured.
    public let value: Double?
    /// Nil if there is a value.
    public let reason: Unmeasurable?

    /// A measurement; a value that is not finite becomes `Unmeasurable.noSignal`.
    public init(_ value: Double) {
        self.value = value.isFinite ? value : nil
        reason = value.isFinite ? nil : .noSignal
    }

    public init(_ reason: Unmeasurable) {
        value = nil
        self.reason = reason
    }

    /// The value after a transformation; the reason stays.
    func map(_ transform: (Double) -> Double) -> MeasuredValue {
        guard let value else { return self }
        return MeasuredValue(transform(value))
    }

    /// The value that is made of this one and another one, or the first reason.
    func combined(with other: MeasuredValue, _ transform: (Double, Double) -> Double) -> MeasuredValue {
        guard let value else { return self }
        return other.map { transform(value, $0) }
    }
}
