import Testing

@testable import Imaging

struct SolidColorTests {
    private let color = SolidColor(red: 10, green: 200, blue: 0)

    @Test func `the distance is the largest of three, upwards or downwards`() {
        #expect(color.distance([10, 200, 0]) == 0)
        #expect(color.distance([13, 199, 2]) == 3)
        #expect(color.distance([0, 255, 0]) == 55)
        #expect(color.distance([255, 0, 255]) == 255)
    }

    @Test func `eight pixels have the color only if all 24 bytes match`() {
        let eight = (0 ..< 8).flatMap { _ -> [UInt8] in [10, 200, 0] }
        #expect(color.fillsEight(eight))
        for index in eight.indices {
            var other = eight
            other[index] ^= 1
            #expect(!color.fillsEight(other))
        }
    }

    @Test func `eight distances computed at once are those computed one by one`() {
        let pixels = (0 ..< 24).map { UInt8(truncatingIfNeeded: $0 * $0 * 31) }
        var found = [UInt8](repeating: 0, count: 8)
        found.withUnsafeMutableBufferPointer { color.distances(ofEight: pixels, into: $0.baseAddress!) }
        #expect(found == (0 ..< 8).map { color.distance(Array(pixels[3 * $0 ..< 3 * $0 + 3])) })
        #expect(Set(found).count > 4)
    }

    @Test func `32 pixels have the color only if all 96 bytes match`() {
        let pixels = (0 ..< 32).flatMap { _ -> [UInt8] in [10, 200, 0] }
        #expect(color.fillsThirtyTwo(pixels))
        for index in pixels.indices {
            var other = pixels
            other[index] ^= 128
            #expect(!color.fillsThirtyTwo(other))
        }
    }

    @Test func `colors are equal if their channels are`() {
        #expect(color == SolidColor(red: 10, green: 200, blue: 0))
        #expect(color != SolidColor(red: 11, green: 200, blue: 0))
        #expect(color != SolidColor(red: 10, green: 0, blue: 0))
        #expect(color != SolidColor(red: 10, green: 200, blue: 1))
    }
}
