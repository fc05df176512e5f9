import HTTPTypes
import Hummingbird
import NIOCore

extension ResponseBody {
    private static let pieceBytes = 32 << 10

    /// Returns the body in small pieces, whose memory is reserved until the client has read them.
    ///
    /// A piece is written when the connection has room for it. Slow readers therefore need little memory beyond the
    /// body itself, and their progress is known.
    ///
    /// - Throws: `APIError` with `busy` if the budget has too little memory for the body.
    func inPieces(reservedIn budget: ByteBudget) throws -> ResponseBody {
        if let contentLength, contentLength <= Self.pieceBytes { return self }
        let share = ByteBudget.Share(of: budget)
        if let contentLength { try share.take(contentLength, for: "too many responses are being sent") }
        return ResponseBody(contentLength: contentLength) { writer in
            defer { withExtendedLifetime(share) {} }
            try await write(PieceWriter(base: writer, limit: Self.pieceBytes))
        }
    }
}

/// Splits what it writes.
private struct PieceWriter: ResponseBodyWriter {
    var base: any ResponseBodyWriter
    let limit: Int

    mutating func write(_ buffer: ByteBuffer) async throws {
        var rest = buffer
        while rest.readableBytes > 0, let piece = rest.readSlice(length: min(limit, rest.readableBytes)) {
            try await base.write(piece)
        }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws { try await base.finish(trailingHeaders) }
}
