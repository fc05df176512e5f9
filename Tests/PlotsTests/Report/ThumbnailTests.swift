import LinearAlgebra
import Testing

@testable import Plots

struct ThumbnailTests {
    @Test func `a picture twice as wide as its frame is averaged in pairs`() {
        let picture = ContactSheet.Picture(
            width: 4, height: 4, pixels: [0, 100, 255, 255, 100, 0, 255, 255, 9, 9, 0, 0, 9, 9, 0, 0], caption: "")
        let thumbnail = Thumbnail(of: picture, side: 4).values
        #expect([5, 6, 9, 10].map { thumbnail[$0] } == [50, 255, 9, 0])
        #expect([0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 14, 15].allSatisfy { thumbnail[$0] == 205 })
    }

    /// The reference: the mean over many points inside each pixel.
    @Test func `values are means of the areas they cover`() {
        var generator = SeededGenerator(seed: 3)
        let (width, height, side) = (7, 5, 6)
        let pixels = (0 ..< width * height).map { _ in UInt8(generator.integer(below: 256)) }
        let thumbnail = Thumbnail(
            of: .init(width: width, height: height, pixels: pixels, caption: ""), side: side
        ).values
        // A frame of 4 pixels: four columns of 7/4 cells, two rows of 5/2 cells, from row 2.
        for y in 0 ..< 2 {
            for x in 0 ..< 4 {
                var sum = 0.0
                for row in 0 ..< 40 {
                    for column in 0 ..< 56 {
                        let sourceY = Int((Double(y) + (Double(row) + 0.5) / 40) * 2.5)
                        let sourceX = Int((Double(x) + (Double(column) + 0.5) / 56) * 1.75)
                        sum += Double(pixels[sourceY * width + sourceX])
                    }
                }
                let found = thumbnail[(2 + y) * side + 1 + x]
                #expect(abs(found - sum / (40 * 56)) <= 0.5 + 1e-9)
            }
        }
    }

    @Test func `at most forty-eight pictures are shown`() {
        let picture = ContactSheet.Picture(width: 1, height: 1, pixels: [0], caption: "a")
        #expect(ContactSheet(title: "T", pictures: Array(repeating: picture, count: 60)).pictures.count == 48)
    }
}
