/// Onset, peak and end of P, QRS and T of every beat.
///
/// The waves are found on the median beat of each cluster, over all leads and in each of them, and then moved to the
/// places of the single beats. A wave that is absent is nil; arrays always pair with the beats.
///
/// ```swift
/// let delineation = Delineation(of: recording, beats: beats)
/// let pr = delineation.beats.compactMap { beat in beat.p.flatMap { p in beat.qrs.map { $0.onset - p.onset } } }
/// ```
public struct Delineation: Sendable, Equatable {
    /// Over all leads, one element per beat.
    public let beats: [BeatWaves]
    /// leads × beats, in the recording's order of leads.
    public let leads: [[BeatWaves]]
    /// The median beats, one element per cluster.
    public let clusters: [ClusterWaves]

    /// Delineates the beats of a recording.
    ///
    /// Leads without a usable signal have no waves. Gaps (NaN) are allowed everywhere.
    ///
    /// - Precondition: `beats` belongs to a recording of this sampling rate, and each beat to one of its clusters.
    public init(of recording: Recording, beats: Beats) {
        Self.check(recording, beats)
        self = Delineator(recording: recording, beats: beats).waves()
    }

    init(beats: [BeatWaves], leads: [[BeatWaves]], clusters: [ClusterWaves]) {
        self.beats = beats
        self.leads = leads
        self.clusters = clusters
    }

    static func check(_ recording: Recording, _ beats: Beats) {
        precondition(
            beats.samplingRate == recording.samplingRate,
            "beats at \(beats.samplingRate) Hz, expected the recording's \(recording.samplingRate) Hz")
        precondition(beats.beats.allSatisfy { beats.clusters.indices.contains($0.cluster) }, "a beat without a cluster")
        precondition(beats.clusters.allSatisfy { !$0.members.isEmpty }, "a cluster without beats")
    }
}

/// The waves of a cluster's median beat, in seconds after the fiducial point.
public struct ClusterWaves: Sendable, Equatable {
    /// Over all leads.
    public let waves: BeatWaves
    /// One element per lead of the recording.
    public let leads: [BeatWaves]
    public let pDecision: PWaveDecision
}

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
