import Foundation
import LinearAlgebra
import Testing

@testable import Imaging

struct ResamplingTests {
    private func picture(_ width: Int, _ height: Int, seed: UInt64) -> GrayImage {
        var random = SeededGenerator(seed: seed)
        return GrayImage(
            width: width, height: height, pixels: (0 ..< width * height).map { _ in UInt8(random.integer(below: 256)) })
    }

    private static let sizes = [(1, 1), (2, 3), (7, 5), (16, 16), (29, 1), (1, 13), (40, 31)]

    @Test func `area averages of small rows, worked by hand`() {
        let row = GrayImage(width: 3, height: 1, pixels: [0, 90, 255])
        // Two new pixels of 1½ old ones: (0 + 45)/1.5 and (45 + 255)/1.5.
        #expect(Resampling.area.resize(row, width: 2, height: 1).pixels == [30, 200])
        // The middle of five new pixels lies inside the old middle pixel.
        #expect(Resampling.area.resize(row, width: 1, height: 1).pixels == [115])
        let pair = GrayImage(width: 2, height: 1, pixels: [10, 20])
        #expect(Resampling.area.resize(pair, width: 3, height: 2).pixels == [10, 15, 20, 10, 15, 20])
        let half = GrayImage(width: 2, height: 1, pixels: [0, 1])
        #expect(Resampling.area.resize(half, width: 1, height: 1).pixels == [1])  // halves are rounded up
    }

    @Test func `area is the mean over fractions of pixels`() {
        for (width, height) in Self.sizes {
            let image = picture(width, height, seed: 1)
            for (newWidth, newHeight) in Self.sizes {
                let fast = Resampling.area.resize(image, width: newWidth, height: newHeight)
                for y in 0 ..< newHeight {
                    for x in 0 ..< newWidth {
                        var sum = 0.0
                        for oldY in 0 ..< height {
                            for oldX in 0 ..< width {
                                sum +=
                                    overlap(oldX, width, x, newWidth) * overlap(oldY, height, y, newHeight)
                                    * Double(image.pixels[oldY * width + oldX])
                            }
                        }
                        #expect(abs(sum - Double(fast.pixels[y * newWidth + x])) <= 0.5 + 1e-9)
                    }
                }
            }
        }
    }

    @Test func `a drawing on uniform paper is resized like any other picture`() {
        var random = SeededGenerator(seed: 4)
        for (width, height) in [(40, 31), (17, 23), (9, 40)] {
            for _ in 0 ..< 8 {
                var pixels = [UInt8](repeating: 255, count: width * height)
                for _ in 0 ..< random.integer(below: 5) {
                    pixels[random.integer(below: pixels.count)] = UInt8(random.integer(below: 256))
                }
                let image = GrayImage(width: width, height: height, pixels: pixels)
                for (newWidth, newHeight) in [(8, 8), (13, 7), (50, 20)] {
                    let fast = Resampling.area.resize(image, width: newWidth, height: newHeight)
                    for y in 0 ..< newHeight {
                        for x in 0 ..< newWidth {
                            var sum = 0.0
                            for oldY in y * height / newHeight ..< min(height, (y + 1) * height / newHeight + 1) {
                                for oldX in x * width / newWidth ..< min(width, (x + 1) * width / newWidth + 1) {
                                    sum +=
                                        overlap(oldX, width, x, newWidth) * overlap(oldY, height, y, newHeight)
                                        * Double(pixels[oldY * width + oldX])
                                }
                            }
                            #expect(abs(sum - Double(fast.pixels[y * newWidth + x])) <= 0.5 + 1e-9)
                        }
                    }
                }
            }
        }
    }

    /// Returns the share of new pixel `index` that lies on old pixel `old`.
    private func overlap(_ old: Int, _ oldCount: Int, _ index: Int, _ newCount: Int) -> Double {
        let scale = Double(oldCount) / Double(newCount)
        let (start, end) = (Double(index) * scale, Double(index + 1) * scale)
        return max(0, min(end, Double(old + 1)) - max(start, Double(old))) / scale
    }

    @Test(arguments: [Resampling.area, .bilinear])
    func `area agrees with OpenCV to one level`(resampling: Resampling) throws {
        let expected = try Page(contentsOf: Fixtures.path("page-\(resampling.rawValue)-16x9.png")).grayscale
        let page = try Page(contentsOf: Fixtures.path("page.png")).grayscale
        let ours = resampling.resize(page, width: 16, height: 9)
        // OpenCV rounds weights and intermediate sums.
        for (our, theirs) in zip(ours.pixels, expected.pixels) { #expect(abs(Int(our) - Int(theirs)) <= 1) }
    }

    @Test func `bilinear interpolation of small rows, worked by hand`() {
        let pair = GrayImage(width: 2, height: 1, pixels: [0, 100])
        // Centers lie at −¼, ¼, ¾ and 1¼ of the old ones.
        #expect(Resampling.bilinear.resize(pair, width: 4, height: 1).pixels == [0, 25, 75, 100])
        // Halving a row of four takes the middle between neighbors; quartering skips the outer two.
        let four = GrayImage(width: 4, height: 1, pixels: [0, 10, 200, 255])
        #expect(Resampling.bilinear.resize(four, width: 2, height: 1).pixels == [5, 228])
        #expect(Resampling.bilinear.resize(four, width: 1, height: 1).pixels == [105])
    }

    @Test func `bilinear is the interpolation at half-pixel centers`() {
        for (width, height) in Self.sizes {
            let image = picture(width, height, seed: 2)
            for (newWidth, newHeight) in Self.sizes {
                let fast = Resampling.bilinear.resize(image, width: newWidth, height: newHeight)
                for y in 0 ..< newHeight {
                    let v = min(
                        max((Double(y) + 0.5) * Double(height) / Double(newHeight) - 0.5, 0), Double(height - 1))
                    for x in 0 ..< newWidth {
                        let u = min(
                            max((Double(x) + 0.5) * Double(width) / Double(newWidth) - 0.5, 0), Double(width - 1))
                        let (left, top) = (Int(u), Int(v))
                        let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
                        let (s, t) = (u - Double(left), v - Double(top))
                        func level(_ x: Int, _ y: Int) -> Double { Double(image.pixels[y * width + x]) }
                        let exact =
                            (1 - t) * ((1 - s) * level(left, top) + s * level(right, top))
                            + t * ((1 - s) * level(left, bottom) + s * level(right, bottom))
                        #expect(abs(exact - Double(fast.pixels[y * newWidth + x])) <= 0.5 + 1e-9)
                    }
                }
            }
        }
    }

    @Test(arguments: [Resampling.area, .bilinear])
    func `the same size and a uniform picture stay as they are`(resampling: Resampling) {
        let image = picture(9, 7, seed: 3)
        #expect(resampling.resize(image, width: 9, height: 7) == image)
        let white = GrayImage(width: 13, height: 60_000, pixels: Array(repeating: 255, count: 780_000))
        #expect(resampling.resize(white, width: 5, height: 3).pixels == Array(repeating: 255, count: 15))
    }
}
