import Foundation
import Progress

/// The reaction of training to labels that leak through the preprocessed pictures: the key `audit`.
public enum LeakPolicy: String, CaseIterable, Sendable {
    /// Ends with exit status 3.
    case refuse
    /// Trains, with a warning at the top of every result.
    case accept
    /// Runs no audit.
    case off
}

/// A training that was refused because labels leak.
public struct LeakRefusal: ErrorWithExitStatus, Equatable, LocalizedError, CustomStringConvertible {
    /// The findings, for people.
    public let text: String

    public var exitStatus: Int32 { 3 }
    public var description: String { text }
    public var errorDescription: String? { text }
}
