/// An error with its own exit status, for example 3 for a failed audit or gate, as CI jobs expect.
public protocol ErrorWithExitStatus: Error {
    var exitStatus: Int32 { get }
}
