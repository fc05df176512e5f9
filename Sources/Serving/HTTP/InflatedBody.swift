import APIErrors
import CZlib
import Hummingbird
import NIOCore

/// A request body with the content encoding gzip or deflate, decoded while it is read.
///
/// Its pieces have at most 64 KB, and no piece is decoded before it is read. The reader of the body limits the total.
struct InflatedBody: AsyncSequence, Sendable {
    let base: RequestBody
    let isGzip: Bool

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), inflater: Inflater(isGzip: isGzip))
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        private var base: RequestBody.AsyncIterator
        private let inflater: Inflater

        fileprivate init(base: RequestBody.AsyncIterator, inflater: Inflater) {
            (self.base, self.inflater) = (base, inflater)
        }

        mutating func next() async throws -> ByteBuffer? {
            while true {
                if let piece = try inflater.next() { return piece }
                guard let input = try await base.next() else {
                    try inflater.finish()
                    return nil
                }
                inflater.feed(input)
            }
        }
    }
}

/// Decodes gzip, zlib and raw deflate streams in pieces.
///
/// - Source: RFC 1950, RFC 1951, RFC 1952. Some clients send raw deflate data as `deflate` (RFC 9110, section 8.4.1.2).
final class Inflater {
    private static let pieceBytes = 1 << 16

    private let isGzip: Bool
    /// zlib requires a fixed address.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isOpen = false
    private var isAtEnd = false
    private var input: [UInt8] = []
    private var position = 0
    /// Whether the last piece filled its buffer, so that more output may wait.
    private var hasOutput = false

    init(isGzip: Bool) {
        self.isGzip = isGzip
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if isOpen { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Adds input.
    ///
    /// - Precondition: `next()` has returned nil.
    func feed(_ bytes: ByteBuffer) {
        input = Array(bytes.readableBytesView)
        position = 0
    }

    /// Returns the next piece; nil if more input is needed.
    ///
    /// - Throws: `APIError` with `malformedHTTP`.
    func next() throws -> ByteBuffer? {
        while position < input.count || hasOutput {
            try prepare()
            var output = ByteBuffer()
            var status = Z_OK
            let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceBytes) { space in
                input.withUnsafeMutableBufferPointer { input in
                    stream.pointee.next_in = input.baseAddress.map { $0 + position }
                    stream.pointee.avail_in = UInt32(input.count - position)
                    stream.pointee.next_out = space.bindMemory(to: UInt8.self).baseAddress
                    stream.pointee.avail_out = UInt32(Self.pieceBytes)
                    status = inflate(stream, Z_NO_FLUSH)
                    position = input.count - Int(stream.pointee.avail_in)
                    return Self.pieceBytes - Int(stream.pointee.avail_out)
                }
            }
            hasOutput = stream.pointee.avail_out == 0
            switch status {
            case Z_OK: break
            // Nothing was written because the input has ended.
            case Z_BUF_ERROR: hasOutput = false
            case Z_STREAM_END: (isAtEnd, hasOutput) = (true, false)
            default: throw malformed("is not valid")
            }
            if written > 0 { return output }
        }
        return nil
    }

    /// - Throws: `APIError` with `malformedHTTP` if the data is incomplete.
    func finish() throws {
        if isOpen, !isAtEnd { throw malformed("is incomplete") }
    }

    private func prepare() throws {
        if !isOpen {
            // A zlib stream starts with the method 8. Raw deflate data is read without a header.
            let window: Int32 = isGzip ? 15 + 16 : input[0] & 0x0F == 8 ? 15 : -15
            let status = inflateInit2_(stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            guard status == Z_OK else { throw APIError(.internalError) }
            isOpen = true
        } else if isAtEnd {
            // A gzip stream may have several members.
            guard isGzip else { throw malformed("has further bytes after its end") }
            inflateReset(stream)
            isAtEnd = false
        }
    }

    private func malformed(_ what: String) -> APIError {
        APIError(
            .malformedHTTP, "The body has Content-Encoding: \(isGzip ? "gzip" : "deflate"), but its data \(what).",
            endsConnection: true)
    }
}

@available(*, unavailable)
extension Inflater: Sendable {}
