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
