/// A heartbeat that was found in a recording.
public struct Beat: Sendable, Equatable {
    /// The fiducial point of the QRS complex, a sample of the recording from 0.
    ///
    /// It is the middle of the complex's energy over all leads, usually within 20 ms of the largest R or S peak.
    public var sample: Int
    /// The index of the beat's cluster in `Beats.clusters`.
    public var cluster: Int
    public var beatClass: AAMIClass
    /// The sample of the pacing spike that started the beat, nil for a beat that was not paced.
    public var pacingSpike: Int?

    public init(sample: Int, cluster: Int, beatClass: AAMIClass, pacingSpike: Int? = nil) {
        self.sample = sample
        self.cluster = cluster
        self.beatClass = beatClass
        self.pacingSpike = pacingSpike
    }
}
