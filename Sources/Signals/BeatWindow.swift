/// A beat in the window of the public beat sets: 1.2 times the median RR interval from its R peak on, at 125 Hz, padded
/// to 187 samples with its lowest value.
///
/// The window therefore ends shortly after the next R peak. It does not include the P wave of its own beat.
///
/// - Source: Kachuee, Fazeli & Sarrafzadeh, ECG Heartbeat Classification, ICHI 2018, section III.A. The paper
///   first cuts windows of ten seconds. Here, the ten seconds are centered on each beat.
public struct BeatWindow: Sendable, Equatable {
    /// Hz.
    public static let samplingRate = 125.0
    /// The number of samples including padding.
    public static let length = 187
    /// The minimum number of samples: 0.24 s, or 1.2 times the RR interval at 300 beats per minute.
    static let shortest = 30

    /// The beat without padding: at most `length` samples in mV.
    public let samples: [Float]
}

/// Cuts the beats of one lead.
public struct BeatCutter: Sendable {
    private let lead: Recording.Lead
    /// Seconds, ascending.
    private let beats: [Double]

    /// - Parameters:
    ///   - lead: at `samplingRate`.
    ///   - samplingRate: Hz.
    ///   - beats: the R peaks of all beats, whatever their class, as samples, ascending.
    public init(lead: Recording.Lead, samplingRate: Double, beats: [Int]) {
        precondition(zip(beats, beats.dropFirst()).allSatisfy { $0 <= $1 }, "beats out of order")
        self.lead = lead.resampled(from: samplingRate, to: BeatWindow.samplingRate)
        self.beats = beats.map { Double($0) / samplingRate }
    }

    /// Returns the window of beat number `index`; nil if it exceeds the recording, contains a gap or is flat, or if the
    /// beat has no other beat within five seconds.
    public func window(ofBeat index: Int) -> BeatWindow? {
        guard let interval = medianInterval(around: index) else { return nil }
        let start = Int((beats[index] * BeatWindow.samplingRate).rounded())
        let length = min(
            BeatWindow.length, max(BeatWindow.shortest, Int((1.2 * interval * BeatWindow.samplingRate).rounded())))
        guard start >= 0, start + length <= lead.samples.count else { return nil }
        let samples = Array(lead.samples[start ..< start + length])
        guard !samples.contains(where: \.isNaN), samples.contains(where: { $0 != samples[0] }) else { return nil }
        return BeatWindow(samples: samples)
    }

    /// Returns the median RR interval, in seconds, within five seconds of the beat.
    private func medianInterval(around index: Int) -> Double? {
        let time = beats[index]
        var (first, last) = (index, index)
        while first > 0, beats[first - 1] >= time - 5 { first -= 1 }
        while last < beats.count - 1, beats[last + 1] <= time + 5 { last += 1 }
        guard last > first else { return nil }
        let intervals = (first ..< last).map { beats[$0 + 1] - beats[$0] }.sorted()
        let middle = intervals.count / 2
        return intervals.count % 2 == 1 ? intervals[middle] : (intervals[middle - 1] + intervals[middle]) / 2
    }
}
