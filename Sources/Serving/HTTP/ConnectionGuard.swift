import APIErrors
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Looks after one connection: time limits, `Expect: 100-continue`, unreadable HTTP, and an orderly end.
///
/// - A request has `requestSeconds` from its first byte to its last, else it is answered with 408.
/// - A connection without a request is closed after `idleSeconds`.
/// - An answer with `Connection: close` ends the connection without reading what is still being sent: the way out is
///   closed first and what arrives is dropped for a moment, because a reset could overtake the answer.
/// - When the server is to stop, requests in flight are answered with `Connection: close`; a connection without one
///   has a moment to send what is already on its way.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// No request, and nothing of one has arrived.
        case idle
        /// Bytes have arrived, no head yet.
        case receivingHead
        case receivingBody
        /// All of the request is there.
        case answering
        /// The last answer is out: what arrives is dropped.
        case closing
    }

    private let limits: ServerConfiguration.ConnectionLimits
    private let bodyBytes: Int
    private let requestID: @Sendable () -> String

    private var phase = Phase.idle
    /// The answer is out before the request was.
    private var isAnswered = false
    private var endsAfterAnswer = false
    private var isStopping = false
    private var deadline: Scheduled<Void>?

    init(limits: ServerConfiguration.ConnectionLimits, bodyBytes: Int, requestID: @escaping @Sendable () -> String) {
        self.limits = limits
        self.bodyBytes = bodyBytes
        self.requestID = requestID
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // The watch stands elsewhere in the pipeline: what it sees is acted on from here.
        let watch = ByteWatch { [weak self, weak context] in
            if let context { self?.noteBytes(context: context) }
        }
        try? context.pipeline.syncOperations.addHandler(watch, position: .first)
        if context.channel.isActive { enter(.idle, context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelActive(context: ChannelHandlerContext) {
        enter(.idle, context: context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    // MARK: What arrives

    private func noteBytes(context: ChannelHandlerContext) {
        if case .idle = phase { enter(.receivingHead, context: context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .closing = phase { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            isAnswered = false
            if case .receivingHead = phase {} else { enter(.receivingHead, context: context) }
            phase = .receivingBody
            encourage(head, context: context)
        case .body: break
        case .end:
            if isAnswered { enter(.idle, context: context) } else { enter(.answering, context: context) }
        }
        context.fireChannelRead(data)
    }

    /// Answers `Expect: 100-continue`, unless the body will be refused for its size.
    private func encourage(_ head: HTTPRequest, context: ChannelHandlerContext) {
        guard head.headerFields[.expect]?.lowercased() == "100-continue" else { return }
        if let length = head.headerFields[.contentLength].flatMap({ Int($0) }), length > bodyBytes { return }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .closing: return
        case .receivingBody: context.fireErrorCaught(Refusal(ofConnectionError: error))
        case .answering: context.fireErrorCaught(error)
        case .idle, .receivingHead: refuse(Refusal(ofConnectionError: error), context: context)
        }
    }

    // MARK: What leaves

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .closing = phase {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational:
            if isStopping { head.headerFields[.connection] = "close" }
            endsAfterAnswer = head.headerFields[.connection]?.lowercased() == "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            context.write(data, promise: promise)
            isAnswered = true
            if endsAfterAnswer {
                context.flush()
                close(context: context)
            } else if case .answering = phase {
                enter(.idle, context: context)
            }
        default: context.write(data, promise: promise)
        }
    }

    /// Answers by itself: there is no request that could be.
    private func refuse(_ refusal: Refusal, context: ChannelHandlerContext) {
        let id = requestID()
        let body = (try? JSONBody.data(ErrorBody(refusal, requestID: id))) ?? Data()
        var head = HTTPResponse(status: refusal.code.status)
        head.headerFields = [
            .contentType: "application/json", .contentLength: "\(body.count)", .connection: "close", .xRequestID: id,
        ]
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        close(context: context)
    }

    private func close(context: ChannelHandlerContext) {
        let hasAll = if case .answering = phase { true } else { false }
        phase = .closing
        deadline?.cancel()
        context.close(mode: .output, promise: nil)
        // A client that has sent everything closes when it has read the answer; another may be in the middle of it.
        schedule(after: hasAll ? 1 : 2, context: context) { $0.close(promise: nil) }
    }

    // MARK: Time

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
        let refusal = Refusal(
            .requestTimeout, "The request did not arrive within \(limits.requestSeconds) seconds.",
            endsConnection: true)
        switch phase {
        case .receivingHead: refuse(refusal, context: context)
        case .receivingBody where isAnswered: close(context: context)
        // Whoever reads the body gets it, and answers.
        case .receivingBody: context.fireErrorCaught(refusal)
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
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        isStopping = true
        if case .idle = phase { enter(.idle, context: context) }
    }
}

/// Tells of bytes before they are parsed: a head that never ends is no event for those behind the parser.
private final class ByteWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let note: () -> Void

    init(_ note: @escaping () -> Void) { self.note = note }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        note()
        context.fireChannelRead(data)
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}

extension Refusal {
    /// Of a body that stopped arriving.
    init(ofConnectionError error: any Error) {
        if let refusal = error as? Refusal {
            self = refusal
        } else {
            self.init(
                .malformedHTTP, "The request is no HTTP/1.1 that can be read, or it was cut off.", endsConnection: true)
        }
    }
}
