import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import APIErrors
@testable import Serving

/// One connection, its time in the test's hands.
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

    /// The head that went out next.
    private func sentHead() throws -> HTTPResponse? {
        while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
            if case .head(let head) = part { return head }
        }
        return nil
    }

    private func wait(_ milliseconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds)) }

    @Test func `a connection without a request is closed after its time, and an answer begins it anew`() throws {
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
    func `a request that does not arrive in time is answered by itself or by who reads its body`(hasHead: Bool) throws {
        if hasHead { try receive(head()) } else { try channel.writeInbound(Arrival.bytes) }
        // A byte now and then does not help.
        wait(3_000)
        if hasHead { try receive(.body(ByteBuffer(string: "x"))) } else { try channel.writeInbound(Arrival.bytes) }
        wait(1_999)
        try channel.throwIfErrorCaught()
        wait(1)
        if hasHead {
            let refusal = #expect(throws: Refusal.self) { try channel.throwIfErrorCaught() }
            #expect(refusal?.code == .requestTimeout)
        } else {
            let head = try sentHead()
            #expect(head?.status == .requestTimeout && head?.headerFields[.connection] == "close")
        }
    }

    @Test func `who waits to be asked for a body is asked, unless it is too large`() throws {
        try receive(head([.expect: "100-continue", .contentLength: "10"]), .end(nil))
        #expect(try sentHead()?.status == .continue)
        try answer()
        #expect(try sentHead()?.status == .ok)
        try receive(head([.expect: "100-continue", .contentLength: "11"]))
        #expect(try sentHead() == nil)
    }

    @Test func `when the server stops, a request in flight is answered with close and the connection ends`() throws {
        try receive(head())
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        wait(1_000)
        try receive(.end(nil))
        try answer()
        #expect(try sentHead()?.headerFields[.connection] == "close")
        wait(1_000)
        #expect(!channel.isActive)
    }

    @Test func `when the server stops, a connection without a request has a moment for what is on its way`() throws {
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

    @Test func `what arrives after the last answer is dropped until the connection closes`() throws {
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
    /// Not enough for a part.
    case bytes
    case parsed(HTTPRequestPart)
}

/// In the parser's place.
private final class Unparsed: ChannelInboundHandler {
    typealias InboundIn = Arrival
    typealias InboundOut = HTTPRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .parsed(let part) = unwrapInboundIn(data) { context.fireChannelRead(wrapInboundOut(part)) }
    }
}
