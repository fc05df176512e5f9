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
/// - A response with `Connection: close` ends the connection without reading further input. The output is closed first,
///   and input is discarded for 1 or 2 seconds. Otherwise, a TCP reset could arrive before the response is read.
/// - When the server stops, requests in flight get `Connection: close`. An idle connection is closed
///   after 0.25 seconds, because a request may already be in transit.
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
        /// The last response is sent. Further input is discarded.
        case closing
    }

    private let limits: ServerConfiguration.ConnectionLimits
    private let bodyBytes: Int
    private let requestID: @Sendable () -> String

    private var phase = Phase.idle
    /// Whether the response was sent before the request was complete.
    private var isAnswered = false
    private var endsAfterAnswer = false
    private var isStopping = false
    private var deadline: Scheduled<Void>?
    /// The last bytes of an incomplete head.
    private var lastBytes: ByteBuffer?

    init(limits: ServerConfiguration.ConnectionLimits, bodyBytes: Int, requestID: @escaping @Sendable () -> String) {
        self.limits = limits
        self.bodyBytes = bodyBytes
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

    // MARK: Inbound

    private func noteBytes(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        if case .idle = phase { enter(.receivingHead, context: context) }
        if case .receivingHead = phase { lastBytes = bytes }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .closing = phase { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            isAnswered = false
            lastBytes = nil
            if case .receivingHead = phase {} else { enter(.receivingHead, context: context) }
            phase = .receivingBody
            encourage(head, context: context)
        case .body: break
        case .end:
            if isAnswered { enter(.idle, context: context) } else { enter(.answering, context: context) }
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

    /// Sends an error response directly, because no request handler is running.
    private func refuse(_ error: APIError, context: ChannelHandlerContext) {
        let id = requestID()
        let body = (try? JSONBody.data(ErrorBody(error, requestID: id))) ?? Data()
        var head = HTTPResponse(status: error.code.status)
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
        // A client that has sent everything closes after reading the response. Others may still be sending.
        schedule(after: hasAll ? 1 : 2, context: context) { $0.close(promise: nil) }
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
            .requestTimeout, "The request did not arrive within \(limits.requestSeconds) seconds. Please try again.",
            endsConnection: true)
        switch phase {
        case .receivingHead: refuse(error, context: context)
        case .receivingBody where isAnswered: close(context: context)
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
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        isStopping = true
        if case .idle = phase { enter(.idle, context: context) }
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
