/// An error that ends the program with a status of its own: 3 where an audit or a gate failed, as CI jobs expect.
public protocol ErrorWithExitStatus: Error {
    var exitStatus: Int32 { get }
}
