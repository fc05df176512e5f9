/// The beats of a recording, with their shapes and the quality of the leads that they were found in.
public struct Beats: Sendable, Equatable {
    /// The recording's sampling rate in Hz.
    public let samplingRate: Double
    /// Ascending by `sample`.
    public let beats: [Beat]
    /// The usual beat's cluster first, then by size.
    public let clusters: [BeatCluster]
    /// The quality of each lead, in the recording's order.
    public let leads: [LeadQuality]
    /// The reason why no beat was looked for; nil where the recording was analyzed.
    public let refusal: BeatRefusal?

    public init(
        samplingRate: Double, beats: [Beat], clusters: [BeatCluster], leads: [LeadQuality],
        refusal: BeatRefusal? = nil
    ) {
        self.samplingRate = samplingRate
        self.beats = beats
        self.clusters = clusters
        self.leads = leads
        self.refusal = refusal
    }

    /// The fiducial points of the beats, ascending.
    public var samples: [Int] { beats.map(\.sample) }

    /// The fiducial points of the beats in seconds, ascending.
    public var times: [Double] { beats.map { Double($0.sample) / samplingRate } }

    /// Times between successive beats in seconds, one fewer than beats.
    public var rrIntervals: [Double] {
        zip(beats, beats.dropFirst()).map { Double($1.sample - $0.sample) / samplingRate }
    }
}
