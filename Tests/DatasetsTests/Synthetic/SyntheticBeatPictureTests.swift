import Imaging
import LinearAlgebra
import PageDrawing
import Signals
import Testing

@testable import Datasets

struct SyntheticBeatPictureTests {
    private func picture(_ beatClass: BeatClass, _ index: Int, leaking: Bool = false) -> SyntheticBeatPicture {
        SyntheticBeatPicture(beatClass: beatClass, index: index, seed: 5, leaking: leaking)
    }

    @Test func `four consecutive pictures are of one patient`() {
        #expect((0 ..< 9).map { picture(.normal, $0).patient } == [0, 0, 0, 0, 1, 1, 1, 1, 2])
    }

    @Test(arguments: BeatClass.allCases)
    func `each picture has ink within its margins, and all pictures differ`(beatClass: BeatClass) throws {
        let first = picture(beatClass, 0).page()
        let second = picture(beatClass, 1).page()
        #expect(first.pixels != second.pixels)
        for page in [first, second] {
            let neutral = try Preprocessing().apply(to: page, name: "drawn")
            let ink = neutral.pixels.filter { $0 < 128 }.count
            #expect(ink > neutral.pixels.count / 500)
            #expect(ink < neutral.pixels.count / 8)
        }
    }

    @Test(arguments: BeatClass.allCases)
    func `a picture in the style of the public set has its position, in black`(beatClass: BeatClass) {
        for index in 0 ..< 4 {
            let page = SyntheticBeatPicture(
                beatClass: beatClass, index: index, seed: 5, leaking: false, look: .publicSet
            ).page()
            #expect(page.width == 432 && page.height == 288)
            let ink = (0 ..< 432 * 288).filter { page.pixels[3 * $0] < 195 }
            let (columns, rows) = (ink.map { $0 % 432 }, ink.map { $0 / 432 })
            #expect(abs((columns.min() ?? 0) - 67) <= 1 && abs((columns.max() ?? 0) - 374) <= 1)
            #expect(abs((rows.min() ?? 0) - 43) <= 1 && abs((rows.max() ?? 0) - 243) <= 1)
            #expect(ink.allSatisfy { page.pixels[3 * $0] == page.pixels[3 * $0 + 2] })
        }
    }

    @Test func `a leaking set has one ink per class and white paper`() {
        var inks: [RGBColor] = []
        for beatClass in BeatClass.allCases {
            var own: [RGBColor] = []
            for index in 0 ..< 3 as Range<UInt64> {
                var generator = SeededGenerator(seed: index)
                var style = SyntheticBeatStyle(using: &generator)
                style.leak(beatClass)
                #expect(style.drawing.paper == .white && style.drawing.grid == nil)
                own.append(style.drawing.ink)
            }
            #expect(own.allSatisfy { $0 == own[0] })
            inks.append(own[0])
            let page = picture(beatClass, 0, leaking: true).page()
            #expect(page.pixels[0] == 255 && page.pixels[1] == 255 && page.pixels[2] == 255)
        }
        for (place, ink) in inks.enumerated() { #expect(!inks[..<place].contains(ink)) }
    }
}
