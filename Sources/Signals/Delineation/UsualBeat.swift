/// The usual beat of a recording and its single beats on a grid of 2 ms, for measurements of other targets.
///
/// The usual beat is the median of the first cluster's beats after they were aligned to each other. Each lead has the
/// beats of the time in which it was recorded, so that the columns of a page are one usual beat.
package struct UsualBeat: Sendable {
    /// Hz.
    package static let rate = BeatGrid.rate
    /// The point of the fiducial point.
    package static let fiducial = BeatGrid.before
    /// Points of a trace.
    package static let count = BeatGrid.count
    /// leads × points in mV, in the recording's order, below about 40 Hz; NaN where nothing was recorded.
    ///
    /// Drift and neighboring beats are removed.
    package let traces: [[Float]]
    /// Waves over all leads, in points.
    package let qrs: GridWave
    package let p: GridWave?
    package let t: GridWave?
    package let pDecision: PWaveDecision
    /// The single beats.
    package let singles: BeatTraces

    /// Returns nil without beats, or without a QRS complex that could be delineated.
    fileprivate init?(_ delineator: Delineator) {
        guard let cluster = delineator.clusters.first, let qrs = cluster.qrs else { return nil }
        singles = BeatTraces(delineator.delineation)
        self.qrs = qrs
        (p, t, pDecision) = (cluster.p, cluster.t, cluster.decision)
        traces = BeatTraces.rows(of: cluster.template.windows)
    }
}

/// The surroundings of single beats on the grid of `UsualBeat`.
package struct BeatTraces: Sendable {
    /// Hann weights of 24 ms: half of the amplitude remains at 42 Hz, the band that all recorders and pages have.
    private static let smoothing = 6

    private let delineation: ClusterDelineation

    fileprivate init(_ delineation: ClusterDelineation) { self.delineation = delineation }

    /// - Precondition: `beats` belongs to a recording of this sampling rate, and each beat to one of its clusters.
    package init(of recording: Recording, beats: Beats) {
        Delineation.check(recording, beats)
        delineation = ClusterDelineation(recording: recording, beats: beats)
    }

    /// Returns leads × points around one beat in mV, drift removed, below about 40 Hz; its neighbors are in it.
    package subscript(beat: Int) -> [[Float]] {
        var windows = LeadWindows(leadCount: delineation.reader.leadCount)
        delineation.reader.read(beat, into: &windows)
        delineation.baseline.remove(from: &windows, of: beat)
        return Self.rows(of: windows)
    }

    fileprivate static func rows(of windows: LeadWindows) -> [[Float]] {
        let smooth = windows.smoothed(half: smoothing)
        return (0 ..< smooth.leadCount).map { smooth.withRow($0, Array.init) }
    }
}

extension Measurements {
    /// Measures a recording, and returns the measurements with its usual beat; nil without beats, or without a QRS complex
    /// that could be delineated.
    ///
    /// - Precondition: `beats` belongs to a recording of this sampling rate, and each beat to one of its clusters.
    package static func withUsualBeat(
        of recording: Recording, beats: Beats
    ) -> (measurements: Measurements, usual: UsualBeat)? {
        Delineation.check(recording, beats)
        let delineator = Delineator(recording: recording, beats: beats)
        return UsualBeat(delineator).map { (Measurements(of: recording, beats: beats, delineator), $0) }
    }
}
