import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import APIErrors
@testable import Serving

/// One connection with simulated time.
struct ConnectionGuardTests {
    private let channel = EmbeddedChannel()

    init() throws {
        let limits = ServerConfiguration.ConnectionLimits(count: 1, requestSeconds: 5, idleSeconds: 20)
        try channel.pipeline.syncOperations.addHandlers([
            Unparsed(), ConnectionGuard(limits: limits, bodyBytes: 10, requestID: { "id" }),
        ])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    private func receive(_ parts: HTTPRequestPart...) throws {
        for part in parts { try channel.writeInbound(Arrival.parsed(part)) }
    }

    private func head(_ fields: HTTPFields = [:]) -> HTTPRequestPart {
        .head(HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/predict", headerFields: fields))
    }

    private func answer() throws {
        for part in [HTTPResponsePart.head(HTTPResponse(status: .ok)), .end(nil)] { try channel.writeOutbound(part) }
    }

    /// The next head that was sent.
    private func sentHead() throws -> HTTPResponse? {
        while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
            if case .head(let head) = part { return head }
        }
        return nil
    }

    private func wait(_ milliseconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds)) }

    @Test func `an idle connection is closed, and a response restarts its time`() throws {
        wait(19_000)
        try receive(head(), .end(nil))
        wait(100_000)
        try answer()
        #expect(try sentHead()?.headerFields[.connection] == nil)
        wait(19_999)
        #expect(channel.isActive)
        wait(1)
        #expect(!channel.isActive)
    }

    @Test(arguments: [true, false])
    func `a request that takes too long gets a response from the guard or from the reader of its body`(hasHead: Bool)
        throws
    {
        if hasHead { try receive(head()) } else { try channel.writeInbound(Arrival.bytes) }
        // Further bytes do not extend the time.
        wait(3_000)
        if hasHead { try receive(.body(ByteBuffer(string: "x"))) } else { try channel.writeInbound(Arrival.bytes) }
        wait(1_999)
        try channel.throwIfErrorCaught()
        wait(1)
        if hasHead {
            let error = #expect(throws: APIError.self) { try channel.throwIfErrorCaught() }
            #expect(error?.code == .requestTimeout)
        } else {
            let head = try sentHead()
            #expect(head?.status == .requestTimeout && head?.headerFields[.connection] == "close")
        }
    }

    @Test func `a client that expects 100-continue gets it, unless the body is too large`() throws {
        try receive(head([.expect: "100-continue", .contentLength: "10"]), .end(nil))
        #expect(try sentHead()?.status == .continue)
        try answer()
        #expect(try sentHead()?.status == .ok)
        try receive(head([.expect: "100-continue", .contentLength: "11"]))
        #expect(try sentHead() == nil)
    }

    @Test func `when the server stops, a request in flight gets close and the connection ends`() throws {
        try receive(head())
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        wait(1_000)
        try receive(.end(nil))
        try answer()
        #expect(try sentHead()?.headerFields[.connection] == "close")
        wait(1_000)
        #expect(!channel.isActive)
    }

    @Test func `when the server stops, an idle connection has a moment for a request on its way`() throws {
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        wait(249)
        try receive(head(), .end(nil))
        wait(10_000)
        #expect(channel.isActive)
        try answer()
        #expect(try sentHead()?.headerFields[.connection] == "close")

        let idle = try ConnectionGuardTests()
        idle.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        idle.wait(250)
        #expect(!idle.channel.isActive)
    }

    @Test func `input after the last response is discarded until the connection closes`() throws {
        try receive(head([.contentLength: "10"]))
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        try answer()
        #expect(try sentHead()?.headerFields[.connection] == "close")
        while try channel.readInbound(as: HTTPRequestPart.self) != nil {}
        try receive(.body(ByteBuffer(string: "0123456789")), .end(nil))
        #expect(try channel.readInbound(as: HTTPRequestPart.self) == nil)
        wait(2_000)
        #expect(!channel.isActive)
    }
}

private enum Arrival {
    /// Less than a whole part.
    case bytes
    case parsed(HTTPRequestPart)
}

/// A replacement for the HTTP parser.
private final class Unparsed: ChannelInboundHandler {
    typealias InboundIn = Arrival
    typealias InboundOut = HTTPRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .parsed(let part) = unwrapInboundIn(data) { context.fireChannelRead(wrapInboundOut(part)) }
    }
}
