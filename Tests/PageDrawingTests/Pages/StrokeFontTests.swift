import Testing

@testable import PageDrawing

@Suite struct StrokeFontTests {
    @Test func `a capital letter is as high as asked and stands on the baseline`() {
        for letter in ["H", "V", "1", "I"] {
            let points = StrokeFont.strokes(of: letter, at: SIMD2(10, 50), height: 3).joined()
            #expect(points.map(\.y).max() == 50, "\(letter)")
            #expect(abs(points.map(\.y).min()! - 47) < 1e-9, "\(letter)")
            #expect(points.map(\.x).min()! >= 10)
        }
    }

    @Test func `the width of a text is that of its strokes`() {
        let text = "aVR 25 mm/s"
        let points = StrokeFont.strokes(of: text, at: .zero, height: 9).joined()
        #expect(abs(points.map(\.x).max()! - StrokeFont.width(of: text, height: 9)) < 0.8)
        #expect(StrokeFont.width(of: "", height: 9) == 0)
        // H is 6 units wide, and 2.6 units are between two.
        #expect(abs(StrokeFont.width(of: "HH", height: 9) - 14.6) < 1e-9)
    }

    @Test func `all letters, digits and signs of findings have glyphs of their own`() {
        let all = (32 ... 126).map { Character(Unicode.Scalar($0)!) }.filter { !"$@\\^`{}~".contains($0) }
        var seen: [[[SIMD2<Double>]]: Character] = [:]
        for character in all + Array("°±µ·×–…≤≥→√′") where character != " " {
            let strokes = StrokeFont.strokes(of: String(character), at: .zero, height: 9)
            #expect(!strokes.isEmpty && strokes.allSatisfy { !$0.isEmpty }, "\(character)")
            if let other = seen.updateValue(character, forKey: strokes) {
                Issue.record("\(character) looks like \(other)")
            }
        }
    }

    @Test func `letters with accents lose them, and unknown characters are boxes`() {
        func strokes(_ text: String) -> [[SIMD2<Double>]] { StrokeFont.strokes(of: text, at: .zero, height: 2) }
        #expect(strokes("Müller é") == strokes("Muller e"))
        #expect(strokes("心") == strokes("電") && strokes("心").count == 1)
    }
}
