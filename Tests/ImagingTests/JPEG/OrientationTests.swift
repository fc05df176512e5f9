import Foundation
import Testing

@testable import Imaging

struct OrientationTests {
    private static let source = Page.Source(
        format: .jpeg, bitDepth: 8, channels: .rgb, hasAlpha: false, isProgressive: false, orientation: 1,
        metadata: [], byteCount: 0)

    /// The stored rows are 1 2 3 and 4 5 6.
    @Test(
        arguments: [
            (1, 3, [1, 2, 3, 4, 5, 6]), (2, 3, [3, 2, 1, 6, 5, 4]), (3, 3, [6, 5, 4, 3, 2, 1]),
            (4, 3, [4, 5, 6, 1, 2, 3]), (5, 2, [1, 4, 2, 5, 3, 6]), (6, 2, [4, 1, 5, 2, 6, 3]),
            (7, 2, [6, 3, 5, 2, 4, 1]), (8, 2, [3, 6, 2, 5, 1, 4]),
        ] as [(Int, Int, [UInt8])])
    func `each orientation of a small picture, worked by hand`(value: Int, width: Int, expected: [UInt8]) throws {
        let stored: [UInt8] = [1, 2, 3, 4, 5, 6]
        let page = try #require(Orientation(rawValue: value)).upright(
            width: 3, height: 2, pixels: stored.flatMap { [$0, $0 + 10, $0 + 20] }, source: Self.source)
        #expect(page.width == width && page.height == 6 / width)
        #expect(page.pixels == expected.flatMap { [$0, $0 + 10, $0 + 20] })
    }

    @Test func `invalid EXIF data have no orientation`() {
        let good: [UInt8] = [
            0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0,
        ]
        func read(_ bytes: [UInt8]) -> Orientation? { bytes.withUnsafeBytes { Orientation(tiff: $0) } }
        #expect(read(good) == .turned270)
        for length in 0 ..< 20 { #expect(read(Array(good.prefix(length))) == nil) }
        for (index, value) in [(0, 0x4D), (2, 43), (4, 255), (7, 255), (10, 0x13), (12, 4), (18, 9), (18, 0)] {
            var bad = good
            bad[index] = UInt8(value)
            #expect(read(bad) == nil, "byte \(index)")
        }
    }
}
