import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import APIErrors
@testable import Serving

struct ResponsePiecesTests {
    private static let bytes = 100_000
    private let body = ResponseBody(byteBuffer: ByteBuffer(repeating: 7, count: bytes))

    @Test func `a large body is written in pieces, and its memory is reserved until the end`() async throws {
        let budget = ByteBudget(bytes: Self.bytes)
        var pieces: ResponseBody? = try body.inPieces(reservedIn: budget)
        #expect(pieces?.contentLength == Self.bytes)
        #expect { try body.inPieces(reservedIn: budget) } throws: { ($0 as? APIError)?.code == .busy }
        let writer = Recorder()
        try await pieces?.write(writer)
        #expect(writer.sizes.reduce(0, +) == Self.bytes && writer.sizes.allSatisfy { $0 <= 32 << 10 })
        pieces = nil
        _ = try body.inPieces(reservedIn: budget)
    }

    @Test func `a small body needs no memory`() throws {
        let small = ResponseBody(byteBuffer: ByteBuffer(string: "small"))
        #expect(try small.inPieces(reservedIn: ByteBudget(bytes: 0)).contentLength == 5)
    }
}

private final class Recorder: ResponseBodyWriter {
    private(set) var sizes: [Int] = []

    func write(_ buffer: ByteBuffer) { sizes.append(buffer.readableBytes) }

    func finish(_ trailingHeaders: HTTPFields?) {}
}
