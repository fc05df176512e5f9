import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// Hummingbird's HTTP/1.1 channel, closed if it is dropped before it is served.
///
/// A server that stops listening drops a connection that it accepts at that moment. NIO ends the process if such a
/// connection was neither served nor closed (swift-nio, issue 2813). This wrapper closes it.
///
/// It also bounds the system's buffer of sent bytes, which would grow to megabytes for each slow reader.
struct AcceptedConnections: ServerChildChannel {
    let base: HTTP1Channel

    final class Value: ServerChildChannelValue {
        fileprivate let base: HTTP1Channel.Value
        fileprivate let isServed = Atomic(false)

        fileprivate init(_ base: HTTP1Channel.Value) { self.base = base }

        var channel: any Channel { base.channel }

        deinit {
            if isServed.load(ordering: .relaxed) { return }
            Task { [base] in try? await base.executeThenClose { _, _ in } }
        }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        // Linux doubles the value.
        channel.setOption(.socketOption(.so_sndbuf), value: 64 << 10).flatMapError { _ in
            channel.eventLoop.makeSucceededVoidFuture()
        }.flatMap { base.setup(channel: channel, logger: logger).map { Value($0) } }
    }

    func handle(value: Value, logger: Logger) async {
        value.isServed.store(true, ordering: .relaxed)
        await base.handle(value: value.base, logger: logger)
    }
}
