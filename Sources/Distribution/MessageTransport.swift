/// Sends bytes between the processes of a job. Messages from one process to another with the same tag arrive in order.
///
/// One thread at a time calls it.
package protocol MessageTransport: AnyObject, Sendable {
    var rank: Int { get }
    var size: Int { get }

    /// Starts to send bytes, which must not change until the request is done.
    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, tag: MessageTag) throws -> MessageRequest
    /// Starts to receive exactly as many bytes as the buffer has.
    func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, tag: MessageTag) throws -> MessageRequest
    /// Whether a request is done. A request that is done must not be used again.
    func isDone(_ request: MessageRequest) throws -> Bool
    /// Ends all processes of the job, this one included.
    func abort(status: Int32)
    /// Leaves the job after the last message.
    func stop() throws
}

package enum MessageTag: Int32 {
    /// Messages that all ranks send in the same order.
    case exchange = 1
    case heartbeat
    case queue
}

/// A pending message.
package struct MessageRequest: Hashable, Sendable {
    package let id: UInt

    package init(id: UInt) { self.id = id }
}
