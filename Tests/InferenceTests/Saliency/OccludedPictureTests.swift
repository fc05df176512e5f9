import Imaging
import Testing

@testable import Inference

struct OccludedPictureTests {
    @Test(arguments: [(28, 28), (224, 224), (33, 47), (14, 14)])
    func `windows together cover all ink, and each covers some`(width: Int, height: Int) {
        var picture = GrayImage(width: width, height: height, pixels: Array(repeating: 250, count: width * height))
        let ink = (x: width - 1, y: height / 2)
        picture.pixels[ink.y * width + ink.x] = 10
        let occluded = OccludedPicture(picture)
        #expect(occluded.inked.count { $0 } == 1)
        // The last column of cells is covered by one column of windows, an inner row by two.
        #expect(occluded.windows.count == 2 && occluded.windows.allSatisfy { $0.column == 12 })
        for window in occluded.windows {
            let covered = occluded.covered(window)
            #expect(covered.pixels.allSatisfy { $0 == 250 }, "covered pixels have the paper's value")
        }
    }

    @Test func `covering changes only the pixels of the window`() {
        let pixels = (0 ..< 56 * 56).map { UInt8($0 % 7 == 0 ? 0 : 255) }
        let occluded = OccludedPicture(GrayImage(width: 56, height: 56, pixels: pixels))
        #expect(occluded.windows.count == 13 * 13)
        let covered = occluded.covered(.init(column: 3, row: 5))
        for y in 0 ..< 56 {
            for x in 0 ..< 56 {
                let inside = (12 ..< 20).contains(x) && (20 ..< 28).contains(y)
                #expect(covered.pixels[y * 56 + x] == (inside ? 255 : pixels[y * 56 + x]))
            }
        }
    }

    @Test func `on dark paper the light line is the ink`() {
        var picture = GrayImage(width: 28, height: 28, pixels: Array(repeating: 20, count: 28 * 28))
        for x in 0 ..< 28 { picture.pixels[x] = 240 }
        let occluded = OccludedPicture(picture)
        #expect(occluded.windows == (0 ..< 13).map { .init(column: $0, row: 0) })
        #expect(occluded.covered(occluded.windows[0]).pixels[0] == 20)
    }
}
