/// The onset, the peak and the end of a wave.
public struct WaveTimes: Sendable, Equatable {
    /// Seconds from the beginning of the recording; in a cluster, seconds after the fiducial point.
    public var onset: Double
    /// The largest deflection, on the same clock as `onset`.
    public var peak: Double
    /// On the same clock as `onset`.
    public var end: Double

    public init(onset: Double, peak: Double, end: Double) {
        self.onset = onset
        self.peak = peak
        self.end = end
    }

    /// Seconds.
    public var duration: Double { end - onset }
}

/// The waves of one beat, nil where a wave is absent or cannot be seen.
public struct BeatWaves: Sendable, Equatable {
    public var p: WaveTimes?
    public var qrs: WaveTimes?
    public var t: WaveTimes?

    /// A beat without visible waves.
    public static let none = BeatWaves(p: nil, qrs: nil, t: nil)

    public init(p: WaveTimes?, qrs: WaveTimes?, t: WaveTimes?) {
        self.p = p
        self.qrs = qrs
        self.t = t
    }
}
