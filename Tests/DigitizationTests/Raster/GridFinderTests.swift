import Imaging
import LinearAlgebra
import Testing

@testable import Digitization

struct GridFinderTests {
    @Test(arguments: 1 ... 6)
    func `pictures of noise have no usable page`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (width, height) = (900, 640)
        // Dots of one to three pixels: their spectra have peaks at any frequency.
        let size = Int(seed) % 3 + 1
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        for y in stride(from: 0, to: height, by: size) {
            for x in stride(from: 0, to: width, by: size) where random.uniform() < 0.3 {
                for (row, column) in [(y, x), (min(y + size - 1, height - 1), min(x + size - 1, width - 1))] {
                    for channel in 0 ..< 3 { pixels[3 * (row * width + column) + channel] = 60 }
                }
            }
        }
        let page = PageDigitizer().digitize(Page(width: width, height: height, pixels: pixels))
        #expect(!page.isUsable && !page.reasons.isEmpty)
    }

    @Test(arguments: [0, 2.5])
    func `the grid of a tilted sheet is found to a fifth of a millimeter`(curl: Double) throws {
        var picture = MadePicture.tilted
        picture.curl = curl
        let surface = try #require(GridFinder(PageInk(picture.page())).find())
        #expect(surface.agreement > 0.9)
        #expect(picture.error(of: surface.mapping()) < 0.2)
    }

    @Test func `a flat scan has a surface of order 1 with the pitch of its lines`() throws {
        var picture = MadePicture()
        picture.projection = [5, 0, 0, 0, 4.8, 0, 0, 0, 1]
        let surface = try #require(GridFinder(PageInk(picture.page())).find())
        #expect(surface.order == 1)
        #expect(abs(surface.scale.x - 5) < 0.005)
        #expect(abs(surface.scale.y - 4.8) < 0.005)
        // The page begins at a line.
        let corner = surface.millimeters(x: 0, y: 0)
        #expect(abs(corner.x - corner.x.rounded()) < 0.05)
    }

    @Test func `a sheet without lines has no grid`() {
        var picture = MadePicture.tilted
        picture.hasGrid = false
        #expect(GridFinder(PageInk(picture.page())).find() == nil)
    }

    @Test func `dots at random are not a grid`() {
        let (width, height) = (900, 660)
        var pixels = [UInt8](repeating: 250, count: 3 * width * height)
        var state: UInt64 = 1
        for index in 0 ..< width * height {
            // Source: Knuth, MMIX's linear congruential generator.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if state >> 60 == 0 { for channel in 1 ..< 3 { pixels[3 * index + channel] = 150 } }
        }
        let page = Page(width: width, height: height, pixels: pixels)
        #expect(GridFinder(PageInk(page)).find() == nil)
    }
}
