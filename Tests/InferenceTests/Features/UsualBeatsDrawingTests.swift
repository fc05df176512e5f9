import Imaging
import Signals
import Testing

@testable import Inference

@Suite struct UsualBeatsDrawingTests {
    private let white: UInt8 = 255

    private func beat(_ value: Float) -> [Float] { Array(repeating: value, count: UsualBeat.count) }

    /// Leads without V1, which has the given beat.
    private func picture(ofV1 beat: [Float]) throws -> GrayImage {
        var beats = [[Float]?](repeating: nil, count: 12)
        beats[6] = beat
        return try #require(UsualBeatsDrawing.picture(of: beats))
    }

    /// The cell of V1 is the third of the first row: x from 112 to 168, y from 0 to 74.67. 0.8 s of 25 mm/s are 56 pixels,
    /// 2.8 a millimeter, 28 a millivolt. 0.5 mV lie 14 pixels above the middle, at 23.33. The line is 3 · 224 / √(432 · 288)
    /// = 1.905 pixels thick, from 22.38 to 24.29: it covers 0.619 of row 22, row 23, and 0.286 of row 24.
    @Test func `half a millivolt is a line of calculated gray in the lead's cell`() throws {
        let picture = try picture(ofV1: beat(0.5))
        #expect(picture.width == 224 && picture.height == 224)
        let levels: [Int: UInt8] = [22: 97, 23: 0, 24: 182]
        for y in 0 ..< 224 {
            for x in 114 ..< 166 { #expect(picture.pixels[224 * y + x] == levels[y] ?? white) }
            for x in Array(0 ..< 111) + Array(169 ..< 224) { #expect(picture.pixels[224 * y + x] == white) }
        }
    }

    /// 0.28 s are 19.6 pixels: a dot at x = 131.6, y = 37.33.
    @Test func `the fiducial point has the same place in every cell`() throws {
        var dot = beat(.nan)
        dot[UsualBeat.fiducial] = 0
        let picture = try picture(ofV1: dot)
        #expect(picture.pixels[224 * 37 + 131] == 0)
        #expect(picture.pixels.count { $0 < 255 } <= 9)
        let all = try #require(UsualBeatsDrawing.picture(of: Array(repeating: dot, count: 12)))
        for lead in 0 ..< 12 {
            let (x, y) = (Int(131.6 - 112 + 56 * Double(lead / 3)), Int(37.33 + 74.667 * Double(lead % 3)))
            #expect(all.pixels[224 * y + x] < 60, "lead \(lead)")
        }
        #expect(all.pixels.count { $0 < 60 } >= 12)
    }

    @Test func `a wave that is too tall reaches into other cells, and nothing outside the picture is drawn`() throws {
        let picture = try picture(ofV1: beat(-2))
        // 37.33 + 56 = 93.33, in the cell of V2.
        #expect(picture.pixels[224 * 93 + 140] == 0)
        #expect(try self.picture(ofV1: beat(9)).pixels.allSatisfy { $0 == white })
    }

    @Test func `without a beat there is no picture`() {
        #expect(UsualBeatsDrawing.picture(of: []) == nil)
        #expect(UsualBeatsDrawing.picture(of: [nil, beat(.nan)]) == nil)
    }
}
