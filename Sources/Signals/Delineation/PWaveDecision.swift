/// The decision whether the beats of a cluster have a P wave, with the numbers that it rests on.
public struct PWaveDecision: Sendable, Equatable {
    /// The ground of a decision.
    public enum Ground: String, Sendable, CaseIterable {
        /// The same deflection precedes the QRS complex of the beats.
        case consistent
        /// The trace before the QRS complex differs from beat to beat.
        case inconsistent
        /// The deflection is smaller than the smallest P wave that can be seen.
        case tooSmall = "too-small"
        /// The deflection comes several times between two QRS complexes, or at a fast rate it points away from the feet, as
        /// flutter waves do.
        case flutterWaves = "flutter-waves"
        /// Too few beats, or no room between the T wave and the QRS complex.
        case notMeasurable = "not-measurable"
    }

    public let isPresent: Bool
    public let ground: Ground
    /// ln of the power of the median deflection over the power of the beats' deviations from it, mean over the leads;
    /// nil if it cannot be measured.
    public let consistency: Double?
    /// The share of the leads, 0…1, in which the deflection is larger than the beats' deviations from it.
    public let leadAgreement: Double?
    /// The largest deflection between T and P wave as a share of the P wave's; nil without room between them.
    public let baselineRatio: Double?

    /// Whether the beats were seen to have no P wave.
    var isAbsent: Bool { ground != .consistent && ground != .notMeasurable }

    static let notMeasurable = PWaveDecision(
        isPresent: false, ground: .notMeasurable, consistency: nil, leadAgreement: nil, baselineRatio: nil)
}
