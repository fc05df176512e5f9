/// Reasons why beats cannot be looked for in a recording.
public enum BeatRefusal: Sendable, Equatable {
    /// The recording has no leads.
    case noLeads
    /// The sampling rate, in Hz, is outside the range that the detector can work with.
    case samplingRate(found: Double, expected: ClosedRange<Double>)
    /// The recording is shorter, in seconds, than any rhythm can be seen in.
    case tooShort(found: Double, expected: Double)
    /// No lead has a signal: all are missing, flat or saturated.
    case noSignal
}

extension BeatRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noLeads:
            "the recording has no leads"
        case .samplingRate(let found, let expected):
            """
            the sampling rate is \(found) Hz, expected \(expected.lowerBound)…\(expected.upperBound) Hz: \
            check the rate in the file's header
            """
        case .tooShort(let found, let expected):
            "the recording lasts \(found) s, expected at least \(expected) s"
        case .noSignal:
            "no lead has a signal: all are missing, flat or saturated"
        }
    }
}
