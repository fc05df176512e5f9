import Testing

@testable import Digitization

@Suite struct PageInkTests {
    @Test func `shading wider than the pen is subtracted and thin lines keep their darkness`() {
        let (width, height) = (280, 200)
        var darkness = [UInt8](repeating: 0, count: width * height)
        for y in 0 ..< height {
            for x in 0 ..< width {
                // A shadow that rises over 40 pixels, with a line across.
                let shadow = max(0, min(100, (x - 100) * 5 / 2))
                darkness[y * width + x] = UInt8(y == 100 ? shadow + 120 : shadow)
            }
        }
        PageInk.subtractShading(&darkness, width: width, height: height)
        for x in 0 ..< width {
            #expect(darkness[50 * width + x] <= 12)
            #expect(abs(Int(darkness[100 * width + x]) - 120) <= 12)
        }
    }

    @Test func `a page without shading stays as it is`() {
        var darkness = [UInt8](repeating: 0, count: 100 * 100)
        for x in 0 ..< 100 { darkness[50 * 100 + x] = 200 }
        let before = darkness
        PageInk.subtractShading(&darkness, width: 100, height: 100)
        #expect(darkness == before)
    }
}
