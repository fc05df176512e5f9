import Imaging
import Testing

@testable import Digitization

struct PageTurnTests {
    /// 3 × 2 pixels with the values 0…5.
    private let small = Page(width: 3, height: 2, pixels: (0 ..< 6).flatMap { [UInt8](repeating: $0, count: 3) })

    private func values(_ page: Page) -> [UInt8] {
        stride(from: 0, to: page.pixels.count, by: 3).map { page.pixels[$0] }
    }

    @Test func `pictures are turned by quarters`() {
        // 0 1 2
        // 3 4 5
        #expect(values(PageTurn.clockwise.applied(to: small)) == [3, 0, 4, 1, 5, 2])
        #expect(values(PageTurn.counterclockwise.applied(to: small)) == [2, 5, 1, 4, 0, 3])
        #expect(values(PageTurn.half.applied(to: small)) == [5, 4, 3, 2, 1, 0])
        #expect(PageTurn.clockwise.applied(to: small).width == 2)
    }

    @Test(arguments: [PageTurn.clockwise, .half, .counterclockwise])
    func `the mesh of a turned page leads to the picture as it was`(turn: PageTurn) {
        let turned = turn.applied(to: small)
        var read = ReadPage(
            kind: .raster, width: 3, height: 2,
            grid: PageGrid(pixelsPerMillimeterX: 1, pixelsPerMillimeterY: 1, rotationDegrees: 0, source: .lines),
            traces: [], words: [], pulses: [], mapping: PageMapping(pixelsPerMillimeterX: 1, pixelsPerMillimeterY: 1),
            reasons: [])
        turn.undo(&read, width: turned.width, height: turned.height)
        for y in 0 ..< turned.height {
            for x in 0 ..< turned.width {
                let place = read.mapping.pixel(x: Double(x) + 0.5, y: Double(y) + 0.5)
                let original = Int(place.y) * 3 + Int(place.x)
                #expect(values(turned)[y * turned.width + x] == UInt8(original))
            }
        }
        #expect(abs(read.grid.rotationDegrees) == (turn == .half ? 180 : 90))
    }

    @Test func `a page whose traces run down may lie on its side`() {
        func page(_ isInk: (Int, Int) -> Bool) -> Page {
            Page(
                width: 400, height: 400,
                pixels: (0 ..< 160_000).flatMap { [UInt8](repeating: isInk($0 % 400, $0 / 400) ? 0 : 255, count: 3) })
        }
        let upright = page { x, y in x > 20 && x < 380 && y % 60 / 3 == 10 }
        let sideways = page { x, y in y > 20 && y < 380 && x % 60 / 3 == 10 }
        #expect(!PageTurn.isLikely(PageInk(upright)))
        #expect(PageTurn.isLikely(PageInk(sideways)))
    }
}
