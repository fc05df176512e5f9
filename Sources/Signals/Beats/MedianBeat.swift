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
