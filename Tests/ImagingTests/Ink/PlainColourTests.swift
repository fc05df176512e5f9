import Testing

@testable import Imaging

struct PlainColourTests {
    private let colour = PlainColour(red: 10, green: 200, blue: 0)

    @Test func `the distance is the largest of three, upwards or downwards`() {
        #expect(colour.distance([10, 200, 0]) == 0)
        #expect(colour.distance([13, 199, 2]) == 3)
        #expect(colour.distance([0, 255, 0]) == 55)
        #expect(colour.distance([255, 0, 255]) == 255)
    }

    @Test func `eight pixels are of the colour only if all 24 bytes are`() {
        let eight = (0 ..< 8).flatMap { _ -> [UInt8] in [10, 200, 0] }
        #expect(colour.fillsEight(eight))
        for index in eight.indices {
            var other = eight
            other[index] ^= 1
            #expect(!colour.fillsEight(other))
        }
    }

    @Test func `eight distances at once are those of one after the other`() {
        let pixels = (0 ..< 24).map { UInt8(truncatingIfNeeded: $0 * $0 * 31) }
        var found = [UInt8](repeating: 0, count: 8)
        found.withUnsafeMutableBufferPointer { colour.distances(ofEight: pixels, into: $0.baseAddress!) }
        #expect(found == (0 ..< 8).map { colour.distance(Array(pixels[3 * $0 ..< 3 * $0 + 3])) })
        #expect(Set(found).count > 4)
    }

    @Test func `32 pixels are of the colour only if all 96 bytes are`() {
        let pixels = (0 ..< 32).flatMap { _ -> [UInt8] in [10, 200, 0] }
        #expect(colour.fillsThirtyTwo(pixels))
        for index in pixels.indices {
            var other = pixels
            other[index] ^= 128
            #expect(!colour.fillsThirtyTwo(other))
        }
    }

    @Test func `colours are equal if their channels are`() {
        #expect(colour == PlainColour(red: 10, green: 200, blue: 0))
        #expect(colour != PlainColour(red: 11, green: 200, blue: 0))
        #expect(colour != PlainColour(red: 10, green: 0, blue: 0))
        #expect(colour != PlainColour(red: 10, green: 200, blue: 1))
    }
}
