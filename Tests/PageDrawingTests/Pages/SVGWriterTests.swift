import Foundation
import Testing

@testable import PageDrawing

@Suite struct SVGWriterTests {
    /// Returns the points of the path whose group has a title.
    private func points(_ title: String, in svg: String) throws -> [SIMD2<Double>] {
        let group = try #require(svg.range(of: "<title>\(title)</title><path"))
        let start = try #require(svg.range(of: " d=\"", range: group.upperBound ..< svg.endIndex))
        let end = try #require(svg.range(of: "\"", range: start.upperBound ..< svg.endIndex))
        let numbers = svg[start.upperBound ..< end.lowerBound]
            .split { "Ml ".contains($0) }.compactMap { Double($0) }
        var place = SIMD2<Double>.zero
        return stride(from: 0, to: numbers.count - 1, by: 2).map {
            place += SIMD2(numbers[$0], numbers[$0 + 1])
            return place
        }
    }

    @Test func `one millivolt is ten millimeters high and one second 25 millimeters long`() throws {
        var style = MadeLeads.bare
        let drawing = try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("strip"), style: style)
        let svg = String(decoding: drawing.svg(), as: UTF8.self)
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"297mm\" height=\"65mm\""))
        #expect(svg.contains("viewBox=\"0 0 297 65\""))
        let trace = try points("II", in: svg)
        #expect(trace.count == 1000)
        #expect(abs(trace[0].y - trace[999].y - 10) < 0.0011)
        #expect(abs(trace[500].x - trace[0].x - 25) < 0.0011)
        style.limbGain = 20
        let high = try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("strip"), style: style)
        let doubled = try points("II", in: String(decoding: high.svg(), as: UTF8.self))
        #expect(abs(doubled[0].y - doubled[999].y - 20) < 0.0011)
    }

    @Test func `rounding does not add up along a line`() throws {
        let drawing = try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout("12x1"), style: MadeLeads.bare)
        let trace = try points("V3", in: String(decoding: drawing.svg(), as: UTF8.self))
        let expected = try #require(zip(drawing.panels, drawing.traces).first { $0.0.label == "V3" }).1
        #expect(trace.count == 2500)
        for (found, wanted) in zip(trace, expected.compactMap { $0 }) {
            #expect(abs(found.x - wanted.x) < 0.00051 && abs(found.y - wanted.y) < 0.00051)
        }
    }

    @Test func `it is well-formed and escapes texts`() throws {
        var style = PageStyle()
        style.header = ["R < 1 & \"Q\" > 2"]
        let drawing = try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout("3x4+3"), style: style)
        let data = drawing.svg()
        #expect(String(decoding: data, as: UTF8.self).contains("<title>R &lt; 1 &amp; &quot;Q&quot; &gt; 2</title>"))
        #expect(data == drawing.svg())
    }
}
