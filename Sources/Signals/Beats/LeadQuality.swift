/// The quality of one lead for finding and measuring beats.
public struct LeadQuality: Sendable, Equatable {
    /// The grade of a lead as a whole.
    public enum Grade: String, Sendable, CaseIterable {
        /// Beats can be found and measured.
        case good
        /// Beats may be found, but measurements are not reliable.
        case noisy
        /// The lead never changes.
        case flat
        /// The lead is at one of its limits most of the time.
        case saturated
        /// The lead has no samples.
        case missing
    }

    /// The finding that lowered a lead's grade, or that a reader should see.
    public enum Reason: String, Sendable, CaseIterable {
        case noise
        case baselineWander = "baseline-wander"
        case saturation
        case electrodeOff = "electrode-off"
    }

    /// The lead's name in the recording.
    public let name: String
    public let grade: Grade
    /// In the order of `Reason.allCases`.
    public let reasons: [Reason]
    /// The share of the recording's samples that the lead has, 0…1.
    public let coverage: Double

    public init(name: String, grade: Grade, reasons: [Reason], coverage: Double) {
        self.name = name
        self.grade = grade
        self.reasons = reasons
        self.coverage = coverage
    }

    /// True where beats may be found in the lead.
    public var isUsable: Bool { grade == .good || grade == .noisy }
}
