import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Serving

/// Connections without sockets, so that the test controls when they are dropped.
struct AcceptedConnectionTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func connections(
        _ responder: @escaping HTTPChannelHandler.Responder = { _, _, _ in }
    ) -> AcceptedConnections {
        AcceptedConnections(base: HTTP1Channel(responder: responder))
    }

    private func accept(_ connections: AcceptedConnections) async throws -> AcceptedConnections.Value {
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1))
        return try await channel.eventLoop.flatSubmit { connections.setup(channel: channel, logger: logger) }.get()
    }

    @Test func `a connection that is dropped before it is served is closed`() async throws {
        // A function, at whose end the connection is dropped.
        func drop() async throws -> any Channel { try await accept(connections()).channel }
        let channel = try await drop()
        try await channel.closeFuture.get()
    }

    @Test func `a served connection responds, and is closed by the client`() async throws {
        let connections = connections { _, writer, _ in
            try await writer.writeResponse(HTTPResponse(status: .noContent))
        }
        let connection = try await accept(connections)
        let channel = try #require(connection.channel as? NIOAsyncTestingChannel)
        async let served: Void = connections.handle(value: connection, logger: logger)
        try await channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        let answer = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        #expect(String(buffer: answer).hasPrefix("HTTP/1.1 204 No Content\r\n"))
        await served
        try await channel.closeFuture.get()
    }
}
