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
    private let parser = Parser()
    private let reader = Reader()

    init() throws { try self.init(counts: ConnectionCounts(limit: 1)) }

    private init(
        counts: ConnectionCounts = ConnectionCounts(limit: 1), requestSeconds: Double = 5, stopsSoon: Bool = false
    ) throws {
        let limits = ServerConfiguration.ConnectionLimits(
            count: 1, requestSeconds: requestSeconds, idleSeconds: 20, perAddress: 1, responseSeconds: 30,
            stopSeconds: 40)
        try channel.pipeline.syncOperations.addHandlers([
            parser, reader,
            ConnectionGuard(
                limits: limits, bodyBytes: 10, counts: counts, stopsSoon: { stopsSoon }, requestID: { "id" }),
        ])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    private func receive(_ parts: HTTPRequestPart...) throws {
        for part in parts { parser.parse(part) }
        try channel.throwIfErrorCaught()
    }

    private func head(_ fields: HTTPFields = [:]) -> HTTPRequestPart {
        .head(HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/predict", headerFields: fields))
    }

    private func answer() throws {
        for part in [HTTPResponsePart.head(HTTPResponse(status: .ok)), .end(nil)] { try channel.writeOutbound(part) }
    }

    /// Writes a response of which the client reads only what `reader` takes.
    private func answerSlowly() {
        reader.isSlow = true
        for part in [HTTPResponsePart.head(HTTPResponse(status: .ok)), .body(ByteBuffer(string: "body")), .end(nil)] {
            channel.write(part, promise: nil)
        }
        channel.flush()
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
        if hasHead { try receive(head()) } else { try channel.writeInbound(ByteBuffer(string: "x")) }
        // Further bytes do not extend the time.
        wait(3_000)
        if hasHead {
            try receive(.body(ByteBuffer(string: "x")))
        } else {
            try channel.writeInbound(ByteBuffer(string: "x"))
        }
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

    @Test func `before the server stops, each connection ends with its next response`() throws {
        let connection = try ConnectionGuardTests(counts: ConnectionCounts(limit: 1), stopsSoon: true)
        connection.wait(10_000)
        #expect(connection.channel.isActive)
        try connection.receive(connection.head(), .end(nil))
        try connection.answer()
        #expect(try connection.sentHead()?.headerFields[.connection] == "close")
        connection.wait(1_000)
        #expect(!connection.channel.isActive)
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

    // MARK: - Slow readers

    @Test func `a response of which the client reads nothing for its time ends the connection`() throws {
        try receive(head(), .end(nil))
        wait(100_000)
        answerSlowly()
        wait(29_999)
        #expect(channel.isActive)
        wait(1)
        #expect(!channel.isActive)
    }

    @Test func `a client that reads slowly gets its whole response, and then the time of an idle connection`() throws {
        try receive(head(), .end(nil))
        answerSlowly()
        for _ in 0 ..< 3 {
            wait(29_000)
            #expect(channel.isActive)
            reader.take()
        }
        wait(19_999)
        #expect(channel.isActive)
        wait(1)
        #expect(!channel.isActive)
    }

    @Test func `a connection with close ends after the client has taken the last byte`() throws {
        try receive(head(), .end(nil))
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        answerSlowly()
        wait(4_000)
        reader.take()
        wait(4_000)
        reader.take()
        wait(4_000)
        #expect(channel.isActive)
        reader.take()
        #expect(!channel.isActive)
    }

    @Test func `the end of the output waits for what is not sent yet`() throws {
        try receive(head(), .end(nil))
        answerSlowly()
        channel.close(mode: .output, promise: nil)
        #expect(channel.isActive)
        for _ in 0 ..< 3 { reader.take() }
        #expect(!channel.isActive)
    }

    @Test func `slow readers and slow requests do not keep a server from stopping`() throws {
        for isStuck in [true, false] {
            let connection = try ConnectionGuardTests()
            try connection.receive(connection.head(), .end(nil))
            if isStuck { connection.answerSlowly() }
            connection.wait(1_000)
            connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            connection.wait(isStuck ? 3_999 : 39_999)
            #expect(connection.channel.isActive)
            connection.wait(1)
            #expect(!connection.channel.isActive)
        }
    }

    @Test func `a request that arrives slowly ends 5 seconds after the server begins to stop`() throws {
        for (isFast, milliseconds) in [(false, Int64(3_000)), (true, 3_000), (false, 0)] {
            let connection = try ConnectionGuardTests(requestSeconds: 60)
            try connection.receive(connection.head([.contentLength: "1000000"]))
            connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            connection.wait(milliseconds)
            try connection.channel.writeInbound(ByteBuffer(repeating: 0, count: isFast ? 5 << 10 : 5 << 10 - 1))
            connection.wait(4_999 - milliseconds)
            try connection.channel.throwIfErrorCaught()
            connection.wait(1)
            if isFast {
                try connection.channel.throwIfErrorCaught()
                // Nothing else arrives in the next 5 seconds.
                connection.wait(5_000)
            }
            let error = #expect(throws: APIError.self) { try connection.channel.throwIfErrorCaught() }
            #expect(error?.code == .requestTimeout)
        }
    }

    // MARK: - Clients that hang up

    @Test func `a client that ends its output while it waits gets an interim response after a moment`() throws {
        try receive(head(), .end(nil))
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        wait(499)
        #expect(try sentHead() == nil)
        wait(1)
        #expect(try sentHead()?.status == .continue)
        wait(10_000)
        #expect(try sentHead() == nil)
        try answer()
        #expect(try sentHead()?.status == .ok)
    }

    @Test func `a client that ends its output gets no interim response if its response comes soon`() throws {
        try receive(head(), .end(nil))
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        try answer()
        #expect(try sentHead()?.status == .ok)
        wait(1_000)
        #expect(try sentHead() == nil)
    }

    // MARK: - Connections of one address

    @Test func `a connection above the limit of its address gets a response and ends`() throws {
        let counts = ConnectionCounts(limit: 1)
        let first = try ConnectionGuardTests(counts: counts)
        let second = try ConnectionGuardTests(counts: counts)
        #expect(first.channel.isActive && !second.channel.isActive)
        let head = try second.sentHead()
        #expect(head?.status == .serviceUnavailable && head?.headerFields[.retryAfter] == "1")
        first.channel.close(promise: nil)
        #expect(try ConnectionGuardTests(counts: counts).channel.isActive)
    }
}

/// The system's buffer of a slow client.
private final class Reader: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    var isSlow = false
    private var waiting: [EventLoopPromise<Void>?] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isSlow { waiting.append(promise) } else { context.write(data, promise: promise) }
    }

    /// Takes the next part.
    func take() { waiting.removeFirst()?.succeed() }

    func channelInactive(context: ChannelHandlerContext) {
        for promise in waiting { promise?.fail(ChannelError.ioOnClosedChannel) }
        waiting = []
        context.fireChannelInactive()
    }
}

/// A replacement for the HTTP parser. Bytes are less than a whole part.
private final class Parser: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = HTTPRequestPart

    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    /// Passes a parsed part on.
    func parse(_ part: HTTPRequestPart) { context?.fireChannelRead(wrapInboundOut(part)) }
}
