import Imaging
import LinearAlgebra
import Signals
import Testing

@testable import Datasets

struct SyntheticBeatPictureTests {
    private func picture(_ beatClass: BeatClass, _ index: Int, leaking: Bool = false) -> SyntheticBeatPicture {
        SyntheticBeatPicture(beatClass: beatClass, index: index, seed: 5, leaking: leaking)
    }

    @Test func `four pictures in a row are of one patient`() {
        #expect((0 ..< 9).map { picture(.normal, $0).patient } == [0, 0, 0, 0, 1, 1, 1, 1, 2])
    }

    @Test(arguments: BeatClass.allCases)
    func `each picture has ink on its paper, within its margins, and no two are alike`(beatClass: BeatClass) throws {
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

    @Test func `a leaking set has one ink for each class and white paper`() {
        var inks: [RGBColour] = []
        for beatClass in BeatClass.allCases {
            var own: [RGBColour] = []
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
