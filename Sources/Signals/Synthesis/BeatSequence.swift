/// Beats in the order in which they come, each with a shape of its own.
public struct BeatSequence: Sendable, Equatable {
    public struct Beat: Sendable, Equatable {
        /// Seconds from the beginning of the sequence.
        public var rTime: Double
        public var morphology: BeatMorphology

        public init(rTime: Double, morphology: BeatMorphology) {
            self.rTime = rTime
            self.morphology = morphology
        }
    }

    public let beats: [Beat]

    /// - Precondition: at least two beats (one gives no RR interval), their R times rising.
    public init(_ beats: [Beat]) {
        precondition(beats.count >= 2, "\(beats.count) beats give no RR interval")
        precondition(
            zip(beats, beats.dropFirst()).allSatisfy { $0.rTime < $1.rTime }, "R times must rise")
        self.beats = beats
    }

    /// One shape at the given intervals, the first R at 0.
    public init(_ morphology: BeatMorphology, intervals: [Double]) {
        var time = 0.0
        var beats = [Beat(rTime: 0, morphology: morphology)]
        for interval in intervals {
            time += interval
            beats.append(Beat(rTime: time, morphology: morphology))
        }
        self.init(beats)
    }

    /// Seconds between neighboring R times: one less than there are beats.
    public var intervals: [Double] {
        zip(beats, beats.dropFirst()).map { $1.rTime - $0.rTime }
    }
}
