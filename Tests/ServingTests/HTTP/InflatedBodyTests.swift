import APIErrors
import Foundation
import Hummingbird
import Testing

@testable import Serving

struct InflatedBodyTests {
    private let content = Data((0 ..< 200_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) })

    /// Decodes a body that arrives in pieces of `length` bytes.
    private func decode(_ data: Data, isGzip: Bool, length: Int = 1000) async throws -> Data {
        let pieces = stride(from: 0, to: data.count, by: length).map {
            ByteBuffer(bytes: data.dropFirst($0).prefix(length))
        }
        let body = RequestBody(
            asyncSequence: AsyncStream { continuation in
                for piece in pieces { continuation.yield(piece) }
                continuation.finish()
            })
        var decoded = Data()
        for try await piece in InflatedBody(base: body, isGzip: isGzip) {
            #expect(piece.readableBytes <= 1 << 16)
            decoded += Data(piece.readableBytesView)
        }
        return decoded
    }

    @Test func `gzip, zlib and raw deflate data give the content for pieces of any size`() async throws {
        for length in [1, 7, 1000, 1 << 20] {
            let data = length == 1 ? Data(content.prefix(3000)) : content
            #expect(try await decode(Compressed.gzip(data), isGzip: true, length: length) == data)
            #expect(try await decode(Compressed.zlib(data), isGzip: false, length: length) == data)
            #expect(try await decode(Compressed.raw(data), isGzip: false, length: length) == data)
        }
        let twice = Compressed.gzip(content) + Compressed.gzip(Data("more".utf8))
        #expect(try await decode(twice, isGzip: true) == content + Data("more".utf8))
        #expect(try await decode(Data(), isGzip: true).isEmpty)
    }

    @Test func `a highly compressed body is decoded only as far as it is read`() async throws {
        let bomb = Compressed.gzip(Data(count: 1 << 24))
        #expect(bomb.count < 1 << 15)
        let inflater = Inflater(isGzip: true)
        inflater.feed(ByteBuffer(bytes: bomb))
        #expect(try inflater.next()?.readableBytes == 1 << 16)
    }

    @Test func `damaged and incomplete data are rejected`() async throws {
        let gzip = Compressed.gzip(content)
        let zlib = Compressed.zlib(content)
        for (data, isGzip) in [
            (gzip.dropLast(1), true), (gzip.prefix(5), true), (zlib, true), (gzip + Data("x".utf8), true),
            (zlib.dropLast(5), false), (zlib + Data("x".utf8), false), (zlib.dropLast(1) + Data([0]), false),
        ] {
            do {
                _ = try await decode(Data(data), isGzip: isGzip)
                Issue.record("accepted \(data.count) bytes")
            } catch let error as APIError { #expect(error.code == .malformedHTTP && error.endsConnection) }
        }
    }
}
