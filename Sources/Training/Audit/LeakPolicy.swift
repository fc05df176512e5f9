import Foundation
import Progress

/// What training does when labels leak through the pictures as it sees them: the key `audit` of an experiment.
public enum LeakPolicy: String, CaseIterable, Sendable {
    /// Ends with a sentence and exit status 3.
    case refuse
    /// Trains, and says so at the top of every result.
    case accept
    /// Does not look.
    case off
}

/// Labels leak through the pictures that would be trained on.
public struct LeakRefusal: ErrorWithExitStatus, Equatable, LocalizedError, CustomStringConvertible {
    /// All that was found, for people.
    public let text: String

    public var exitStatus: Int32 { 3 }
    public var description: String { text }
    public var errorDescription: String? { text }
}
