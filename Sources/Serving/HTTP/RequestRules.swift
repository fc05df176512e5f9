import APIErrors
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Checks the host and the encodings of every request, and decodes bodies with `Content-Encoding`.
struct RequestRules: RouterMiddleware {
    typealias Context = ServerContext

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        try Self.checkHost(of: request)
        try Self.checkTransferEncoding(of: request)
        var request = request
        if let isGzip = try Self.isGzip(request) {
            request.body = RequestBody(asyncSequence: InflatedBody(base: request.body, isGzip: isGzip))
        }
        return try await next(request, context)
    }

    /// - Source: RFC 9112, section 3.2. The first `Host` is the authority of the request, others are headers.
    private static func checkHost(of request: Request) throws {
        func refused(_ reason: String) -> APIError { APIError(.malformedHTTP, reason, endsConnection: true) }
        guard let host = request.head.authority else { throw refused("The request has no Host header.") }
        guard request.headers[values: HTTPField.Name("Host")!].isEmpty else {
            throw refused("The request has more than one Host header.")
        }
        guard host.utf8.allSatisfy(isHostByte) else { throw refused("The Host header is not a valid host.") }
    }

    /// - Source: RFC 3986, sections 3.2.2 and 3.2.3.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        HeaderParameters.isTokenByte(byte) && !"#^`|".utf8.contains(byte) || "(),;=:[]".utf8.contains(byte)
    }

    /// The parser decodes `chunked`, which must be the last encoding.
    private static func checkTransferEncoding(of request: Request) throws {
        let codings = codings(request.headers[values: .transferEncoding])
        guard codings.allSatisfy({ $0 == "chunked" || $0 == "identity" }) else {
            throw APIError.unsupportedTransferEncoding
        }
    }

    /// Returns whether the body is gzip or deflate; nil without an encoding.
    private static func isGzip(_ request: Request) throws -> Bool? {
        let codings = codings(request.headers[values: .contentEncoding]).filter { $0 != "identity" }
        switch codings {
        case []: return nil
        case ["gzip"], ["x-gzip"]: return true
        case ["deflate"]: return false
        default:
            throw APIError(
                .unsupportedMediaType,
                "This Content-Encoding is not supported. Send the body with gzip or deflate, or without an encoding.",
                headers: [.acceptEncoding: "gzip, deflate, identity"], endsConnection: true)
        }
    }

    private static func codings(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map { $0.filter { !$0.isWhitespace }.lowercased() }
            .filter { !$0.isEmpty }
    }
}

extension APIError {
    static let unsupportedTransferEncoding = APIError(.unsupportedTransferEncoding, endsConnection: true)
}

/// Adds an empty host to requests of HTTP/1.0 without one, because only HTTP/1.1 requires it.
final class HostOfOldRequests: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), head.version == .http1_0, head.headers["Host"].isEmpty
        else {
            return context.fireChannelRead(data)
        }
        head.headers.add(name: "Host", value: "")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
