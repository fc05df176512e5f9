/// One beat as the public beat sets cut it out of a recording: from its R peak on, over 1.2 times the RR interval of
/// those seconds, at 125 Hz, filled up to 187 samples with its lowest value.
///
/// The window therefore ends a little behind the next R peak. What came before the beat is not in it.
///
/// - Source: Kachuee, Fazeli & Sarrafzadeh, ECG Heartbeat Classification, ICHI 2018, section III.A. There windows
///   of ten seconds are cut first; here the ten seconds stand around each beat.
public struct BeatWindow: Sendable, Equatable {
    /// Hz.
    public static let samplingRate = 125.0
    /// Samples with the filling.
    public static let length = 187
    /// Shorter than any beat: 0.24 s, between beats at 300 a minute.
    static let shortest = 30

    /// The beat without its filling, at most `length` samples in mV.
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

    /// The window of beat number `index`; nil where the recording ends before it, has a gap in it or is flat, and for
    /// a beat without neighbors.
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

    /// Seconds between beats: the median of the intervals that lie within five seconds of the beat.
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
