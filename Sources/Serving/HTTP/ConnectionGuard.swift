import APIErrors
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Controls one connection: time limits, `Expect: 100-continue`, malformed HTTP, and graceful closing.
///
/// - A request that takes longer than `requestSeconds` to arrive gets status 408.
/// - A connection without a request is closed after `idleSeconds`.
/// - A response of which the client reads nothing for `responseSeconds` ends the connection.
/// - A client whose address has too many connections gets status 503.
/// - A client that ends its output while it waits for a response gets an interim response. If the client has closed the
///   connection, its system rejects this response, and the channel becomes inactive. Otherwise, the client ignores it.
/// - A response with `Connection: close` ends the connection without reading further input. The output is closed first,
///   and input is discarded for 1 or 2 seconds. Otherwise, a TCP reset could arrive before the response is read.
/// - When the server is about to stop or stops, responses get `Connection: close`. When it stops, an idle connection is
///   closed after 0.25 seconds, because a request may already be in transit. A request that arrives at less than 1 KiB per
///   second gets status 408. All other connections are closed after `stopSeconds`.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// No byte of a request has arrived.
        case idle
        /// Bytes have arrived, but no complete head.
        case receivingHead
        case receivingBody
        /// The whole request has arrived.
        case answering
        /// The last response is written. Further input is discarded.
        case closing
    }

    private let limits: ServerConfiguration.ConnectionLimits
    private let bodyBytes: Int
    private let counts: ConnectionCounts
    /// Whether the server will stop soon, but still accepts connections.
    private let stopsSoon: @Sendable () -> Bool
    private let requestID: @Sendable () -> String

    private var phase = Phase.idle
    private var endsAfterAnswer = false
    private var isStopping = false
    private var deadline: Scheduled<Void>?
    /// The network of the client, if its connections are counted.
    private var network: String?
    /// The number of requests without a complete response.
    private var unanswered = 0
    private var isHeadWritten = false
    /// The number of parts of responses that the system has not taken yet.
    private var unsent = 0
    private var lastProgress = NIODeadline.distantPast
    private var progressCheck: Scheduled<Void>?
    private var stopDeadline: Scheduled<Void>?
    private var arrivalCheck: Scheduled<Void>?
    /// The time from the last byte of the last response to closing, in seconds.
    private var lingerSeconds = 0.0
    /// The last bytes of an incomplete head.
    private var lastBytes: ByteBuffer?
    /// The number of bytes that arrived since the last check of a stopping server.
    private var arrivedBytes = 0

    init(
        limits: ServerConfiguration.ConnectionLimits, bodyBytes: Int, counts: ConnectionCounts,
        stopsSoon: @escaping @Sendable () -> Bool, requestID: @escaping @Sendable () -> String
    ) {
        self.limits = limits
        self.bodyBytes = bodyBytes
        self.counts = counts
        self.stopsSoon = stopsSoon
        self.requestID = requestID
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // `ByteWatch` is at another position of the pipeline, so its closure uses the context of this handler.
        let watch = ByteWatch { [weak self, weak context] bytes in
            if let context { self?.noteBytes(bytes, context: context) }
        }
        let pipeline = context.pipeline.syncOperations
        try? pipeline.addHandler(watch, position: .first)
        if let decoder = try? pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self) {
            try? pipeline.addHandler(HostOfOldRequests(), position: .after(decoder))
        }
        if context.channel.isActive { accept(context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        accept(context: context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func accept(context: ChannelHandlerContext) {
        guard let network = context.channel.remoteAddress?.ipAddress.map(ClientAddress.network) else {
            return enter(.idle, context: context)
        }
        guard counts.enter(network) else {
            refuse(.busy("too many connections from your address"), lingers: false, context: context)
            return
        }
        self.network = network
        enter(.idle, context: context)
    }

    private func leave() {
        for timer in [deadline, progressCheck, stopDeadline, arrivalCheck] { timer?.cancel() }
        if let network { counts.leave(network) }
        network = nil
    }

    // MARK: Inbound

    private func noteBytes(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        arrivedBytes += bytes.readableBytes
        if case .idle = phase { enter(.receivingHead, context: context) }
        if case .receivingHead = phase { lastBytes = bytes }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .closing = phase { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered += 1
            lastBytes = nil
            if case .receivingHead = phase {} else { enter(.receivingHead, context: context) }
            phase = .receivingBody
            encourage(head, context: context)
        case .body: break
        case .end:
            enter(.answering, context: context)
            restIfDone(context: context)
        }
        context.fireChannelRead(data)
    }

    /// Responds to `Expect: 100-continue`, unless the body is too large.
    private func encourage(_ head: HTTPRequest, context: ChannelHandlerContext) {
        guard head.headerFields[.expect]?.lowercased() == "100-continue" else { return }
        if let length = head.headerFields[.contentLength].flatMap({ Int($0) }), length > bodyBytes { return }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .closing: return
        case .receivingBody: context.fireErrorCaught(APIError(ofConnectionError: error))
        case .answering: context.fireErrorCaught(error)
        case .idle, .receivingHead:
            refuse(
                hasUnknownTransferEncoding(error) ? .unsupportedTransferEncoding : APIError(ofConnectionError: error),
                context: context)
        }
    }

    /// Whether a head has a transfer encoding other than chunked.
    ///
    /// NIO gives no reason for this error. It gives the same error for both a transfer encoding and a content length, which
    /// is malformed HTTP.
    private func hasUnknownTransferEncoding(_ error: any Error) -> Bool {
        guard case HTTPParserError.unknown = error, let lastBytes else { return false }
        let head = String(buffer: lastBytes).lowercased()
        return head.contains("\ntransfer-encoding:") && !head.contains("\ncontent-length:")
    }

    // MARK: Outbound

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .closing = phase {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational:
            if isStopping || stopsSoon() { head.headerFields[.connection] = "close" }
            endsAfterAnswer = head.headerFields[.connection]?.lowercased() == "close"
            isHeadWritten = true
            writeTracked(wrapOutboundOut(.head(head)), promise: promise, context: context)
        case .head: context.write(data, promise: promise)
        case .body: writeTracked(data, promise: promise, context: context)
        case .end:
            writeTracked(data, promise: promise, context: context)
            isHeadWritten = false
            unanswered -= 1
            if endsAfterAnswer { end(context: context) }
        }
    }

    /// Writes a part and notes when the system has taken it.
    private func writeTracked(_ data: NIOAny, promise: EventLoopPromise<Void>?, context: ChannelHandlerContext) {
        let promise = promise ?? context.eventLoop.makePromise()
        if unsent == 0 { lastProgress = context.eventLoop.now }
        unsent += 1
        promise.futureResult.assumeIsolated().whenComplete { [self] result in
            unsent -= 1
            lastProgress = context.eventLoop.now
            guard case .success = result, unsent == 0 else { return }
            if case .closing = phase { closeOutput(context: context) } else { restIfDone(context: context) }
        }
        context.write(data, promise: promise)
    }

    /// Starts the time of an idle connection when all requests have their complete responses.
    private func restIfDone(context: ChannelHandlerContext) {
        if case .answering = phase, unanswered == 0, unsent == 0 { enter(.idle, context: context) }
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        if unsent > 0, progressCheck == nil { checkProgressLater(context: context) }
    }

    /// A stopping server waits less, because the client is probably gone.
    private var responseSeconds: Double { isStopping ? min(limits.responseSeconds, 5) : limits.responseSeconds }

    private func checkProgressLater(context: ChannelHandlerContext) {
        let due = lastProgress + .milliseconds(Int64(responseSeconds * 1000))
        progressCheck = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [self] in
            progressCheck = nil
            guard unsent > 0 else { return }
            if context.eventLoop.now < lastProgress + .milliseconds(Int64(responseSeconds * 1000)) {
                checkProgressLater(context: context)
            } else {
                // The system drops what it has not sent yet, instead of keeping it for the client.
                _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                context.close(promise: nil)
            }
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output, unsent > 0 else { return context.close(mode: mode, promise: promise) }
        // NIO drops what is not sent yet if the client has already ended its output.
        promise?.succeed()
        if case .closing = phase { return }
        end(context: context)
    }

    /// Sends an error response directly, because no request handler is running.
    ///
    /// - Parameter lingers: Whether the rest of the request is discarded before closing.
    private func refuse(_ error: APIError, lingers: Bool = true, context: ChannelHandlerContext) {
        let id = requestID()
        let body = (try? JSONBody.data(ErrorBody(error, requestID: id))) ?? Data()
        var head = HTTPResponse(status: error.code.status)
        head.headerFields = error.headers
        for (name, value) in [
            (HTTPField.Name.contentType, "application/json"), (.contentLength, "\(body.count)"), (.connection, "close"),
            (.xRequestID, id),
        ] { head.headerFields[name] = value }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
        writeTracked(wrapOutboundOut(.end(nil)), promise: nil, context: context)
        end(context: context)
        if !lingers { lingerSeconds = 0 }
        flush(context: context)
    }

    /// Discards further input, and closes the connection when everything is sent.
    private func end(context: ChannelHandlerContext) {
        // A client that has sent everything closes after reading the response. Others may still be sending.
        lingerSeconds = if case .answering = phase { 1 } else { 2 }
        phase = .closing
        deadline?.cancel()
        if unsent == 0 { closeOutput(context: context) }
    }

    private func closeOutput(context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        schedule(after: lingerSeconds, context: context) { $0.close(promise: nil) }
    }

    // MARK: Timeouts

    private func enter(_ new: Phase, context: ChannelHandlerContext) {
        phase = new
        deadline?.cancel()
        deadline = nil
        switch new {
        case .idle where isStopping:
            schedule(after: 0.25, context: context) { $0.close(promise: nil) }
        case .idle:
            schedule(after: limits.idleSeconds, context: context) { $0.close(promise: nil) }
        case .receivingHead:
            schedule(after: limits.requestSeconds, context: context) { [unowned self] in timeOut(context: $0) }
        case .receivingBody, .answering, .closing: break
        }
    }

    private func timeOut(context: ChannelHandlerContext) {
        let error = APIError(
            .requestTimeout,
            isStopping
                ? "The server is stopping, and the request arrives too slowly. Please try again."
                : "The request did not arrive within \(limits.requestSeconds) seconds. Please try again.",
            endsConnection: true)
        switch phase {
        case .receivingHead: refuse(error, context: context)
        case .receivingBody where unanswered == 0: end(context: context)
        // The code that reads the body receives the error and sends the response.
        case .receivingBody: context.fireErrorCaught(error)
        case .idle, .answering, .closing: break
        }
    }

    private func schedule(
        after seconds: Double, context: ChannelHandlerContext, _ body: @escaping (ChannelHandlerContext) -> Void
    ) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
            body(context)
        }
    }

    // MARK: Stopping

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: stop(context: context)
        case ChannelEvent.inputClosed:
            askForClientLater(context: context)
            context.fireUserInboundEventTriggered(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func stop(context: ChannelHandlerContext) {
        isStopping = true
        if case .idle = phase { enter(.idle, context: context) }
        stopDeadline = context.eventLoop.assumeIsolated().scheduleTask(
            in: .milliseconds(Int64(limits.stopSeconds * 1000))
        ) { context.close(promise: nil) }
        checkArrivalLater(context: context)
        guard progressCheck != nil else { return }
        progressCheck?.cancel()
        checkProgressLater(context: context)
    }

    /// Ends a request that arrives too slowly while the server stops. Otherwise, slow clients could delay the end.
    private func checkArrivalLater(context: ChannelHandlerContext) {
        arrivedBytes = 0
        let seconds: Int64 = 5
        arrivalCheck = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(seconds)) { [self] in
            if arrivedBytes < Int(seconds) << 10 { timeOut(context: context) }
            checkArrivalLater(context: context)
        }
    }

    // MARK: Hanging up

    /// The time before the interim response, so that most responses need none.
    private static let patienceSeconds = 0.5

    /// Sends an interim response to a client that has ended its output, unless its response comes soon.
    private func askForClientLater(context: ChannelHandlerContext) {
        guard case .answering = phase, unanswered > 0 else { return }
        schedule(after: Self.patienceSeconds, context: context) { [self] context in
            guard case .answering = phase, unanswered > 0, !isHeadWritten else { return }
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
    }
}

/// Reports bytes before they are parsed. The parser reports only complete heads.
private final class ByteWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let note: (ByteBuffer) -> Void

    init(_ note: @escaping (ByteBuffer) -> Void) { self.note = note }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        note(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}

extension APIError {
    /// Creates an error for a body that was not received completely.
    init(ofConnectionError error: any Error) {
        if let error = error as? APIError {
            self = error
        } else {
            self.init(
                .malformedHTTP, "The request is not valid HTTP/1.1, or it is incomplete.", endsConnection: true)
        }
    }
}
