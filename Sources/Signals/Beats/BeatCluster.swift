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
