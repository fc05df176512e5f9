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

    /// Returns the same beats with other classes.
    ///
    /// - Parameter classes: one for each beat.
    package func with(classes: [AAMIClass]) -> Beats {
        precondition(classes.count == beats.count, "\(classes.count) classes for \(beats.count) beats")
        var classified = beats
        for (index, beatClass) in classes.enumerated() { classified[index].beatClass = beatClass }
        return Beats(
            samplingRate: samplingRate, beats: classified, clusters: clusters, leads: leads, refusal: refusal)
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

/// The five classes of a heartbeat that standards for arrhythmia detectors score.
///
/// - Source: ANSI/AAMI EC57, table of beat types.
public enum AAMIClass: String, Sendable, CaseIterable {
    /// Any beat that is none of the others, bundle branch block included.
    case normal = "N"
    /// A premature or escape beat from above the ventricles.
    case supraventricular = "S"
    /// A beat from a ventricle.
    case ventricular = "V"
    /// A fusion of a ventricular and a normal beat.
    case fusion = "F"
    /// A paced beat, a fusion of a paced and a normal beat, or a beat that cannot be classified.
    case unclassifiable = "Q"

    /// The letter of the class in files, for example `V`.
    public var code: String { rawValue }
}

/// Beats of one shape.
public struct BeatCluster: Sendable, Equatable {
    /// Indices into `Beats.beats`, ascending.
    public let members: [Int]
    public let medianBeat: MedianBeat

    public init(members: [Int], medianBeat: MedianBeat) {
        self.members = members
        self.medianBeat = medianBeat
    }
}

/// The median of beats of one shape, sample by sample, at the recording's sampling rate.
public struct MedianBeat: Sendable, Equatable {
    /// leads × samples in mV, in the order of the recording's leads; NaN where no beat has a sample.
    ///
    /// Each beat is shifted so that its level just before the QRS complex is 0.
    public let leads: [[Float]]
    /// The index of the fiducial point in each of `leads`.
    public let fiducial: Int
    /// Beats with a sample at the fiducial point, for each lead.
    public let beatCounts: [Int]

    public init(leads: [[Float]], fiducial: Int, beatCounts: [Int]) {
        self.leads = leads
        self.fiducial = fiducial
        self.beatCounts = beatCounts
    }
}
