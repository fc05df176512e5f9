/// The kind of sample that a model reads: the key `input.kind`.
public enum InputKind: String, CaseIterable, Codable, Sendable {
    /// A picture of a beat.
    case picture
    /// A recording of twelve leads, or a page that shows one.
    case recording
    /// An annotated beat of a recording, in its rhythm.
    case beats
}
