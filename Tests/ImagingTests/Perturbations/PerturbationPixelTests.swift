import Foundation
import LinearAlgebra
import Testing

@testable import Imaging

struct PixelNoiseTests {
    @Test func `noise has the given deviation and no bias`() {
        let gray = Page(width: 80, height: 60, pixels: Array(repeating: 128, count: 14_400))
        var random = SeededGenerator(seed: 3)
        let noisy = PixelNoise(sigma: 0.1).apply(to: gray, &random)
        let errors = noisy.pixels.map { Double($0) - 128 }
        let mean = errors.reduce(0, +) / 14_400
        let deviation = (errors.reduce(0) { $0 + $1 * $1 } / 14_400).squareRoot()
        // Five standard errors: 25.5 / √14400 = 0.21 of the mean, 0.15 of the deviation.
        #expect(abs(mean) < 1.1)
        #expect(abs(deviation - 25.5) < 0.8)
    }
}

struct GaussianBlurTests {
    @Test func `the kernel is symmetric and adds up to one`() {
        let kernel = GaussianBlur.kernel(1.44)
        #expect(kernel.count == 11)
        #expect(kernel == kernel.reversed())
        #expect(abs(kernel.reduce(0, +) - 1) < 1e-6)
        #expect(abs(kernel[6] / kernel[5] - Float(exp(-1 / (2 * 1.44 * 1.44)))) < 1e-6)
    }

    @Test func `the blur agrees with the double sum over the plane`() {
        var random = SeededGenerator(seed: 8)
        let page = Page(width: 9, height: 7, pixels: (0 ..< 189).map { _ in UInt8(random.integer(below: 256)) })
        let blurred = GaussianBlur(share: 0.1).apply(to: page)
        let kernel = GaussianBlur.kernel(0.7).map(Double.init)
        for (y, x, channel) in [(0, 0, 0), (3, 4, 1), (6, 8, 2), (6, 0, 0), (2, 7, 2)] {
            var sum = 0.0
            for dy in -3 ... 3 {
                for dx in -3 ... 3 {
                    let (oy, ox) = (min(max(y + dy, 0), 6), min(max(x + dx, 0), 8))
                    sum += kernel[dy + 3] * kernel[dx + 3] * Double(page.pixels[3 * (oy * 9 + ox) + channel])
                }
            }
            #expect(abs(Double(blurred.pixels[3 * (y * 9 + x) + channel]) - sum) < 0.501)
        }
    }
}

struct RotationTests {
    @Test func `a rotation by zero changes nothing`() {
        let page = Drawing.beat().page()
        #expect(Rotation(degrees: 0).apply(to: page) == page)
    }

    @Test func `a quarter turn moves every pixel of a square clockwise`() {
        var random = SeededGenerator(seed: 6)
        let page = Page(width: 8, height: 8, pixels: (0 ..< 192).map { _ in UInt8(random.integer(below: 256)) })
        let turned = Rotation(degrees: 90).apply(to: page)
        for y in 0 ..< 8 {
            for x in 0 ..< 8 {
                let (new, old) = (3 * (y * 8 + x), 3 * ((7 - x) * 8 + y))
                #expect(Array(turned.pixels[new ..< new + 3]) == Array(page.pixels[old ..< old + 3]))
            }
        }
    }

    @Test func `pixels from beyond the page are paper`() {
        let page = Drawing.beat().page(paper: [250, 240, 230])
        let turned = Rotation(degrees: 20).apply(to: page)
        #expect(Array(turned.pixels[..<3]) == [250, 240, 230])
    }
}

struct PageCropTests {
    @Test func `a tenth of each side is cut off, at all possible offsets`() {
        let page = Page(width: 50, height: 30, pixels: (0 ..< 1500).flatMap { [UInt8($0 % 50), UInt8($0 / 50), 0] })
        var starts = (x: Set<UInt8>(), y: Set<UInt8>())
        for index in 0 ..< 200 {
            var random = SeededGenerator(seed: 1, purpose: "test", index: index)
            let cropped = PageCrop(share: 0.1, &random).apply(to: page)
            #expect(cropped.width == 45 && cropped.height == 27)
            let (left, top) = (cropped.pixels[0], cropped.pixels[1])
            starts.x.insert(left)
            starts.y.insert(top)
            // The last pixel detects mixed up rows.
            #expect(Array(cropped.pixels.suffix(3)) == [left + 44, top + 26, 0])
        }
        #expect(starts.x == Set(0 ... 5) && starts.y == Set(0 ... 3))
    }
}

struct JPEGCompressionTests {
    @Test func `the compressed page is close to the original, and lower quality is farther away`() throws {
        let page = Drawing.beat().page(ink: [255, 0, 0])
        func error(_ quality: Int) throws -> Double {
            let read = try JPEGCompression(quality: quality).apply(to: page, name: "page")
            #expect(read.width == page.width && read.height == page.height && read.source == nil)
            return zip(read.pixels, page.pixels).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) }
                / Double(page.pixels.count)
        }
        let (low, high) = (try error(30), try error(90))
        #expect(low > high && high > 0 && low < 12)
    }

    @Test func `the encoded bytes are a JPEG and always the same`() throws {
        let page = Drawing.beat().page()
        let data = try JPEGCompression(quality: 30).encoded(page)
        #expect(data.prefix(3) == Data([0xFF, 0xD8, 0xFF]))
        #expect(try JPEGCompression(quality: 30).encoded(page) == data)
    }
}
