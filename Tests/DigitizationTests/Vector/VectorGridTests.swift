import Testing

@testable import Digitization

struct VectorGridTests {
    @Test func `the pitch of regular places survives gaps and single strays`() throws {
        var places = (0 ..< 60).map { 5 + 2.8 * Double($0) }
        places.removeSubrange(20 ..< 25)
        #expect(abs((try #require(VectorGrid.pitch(of: places))) - 2.8) < 1e-9)
        places.insert(places[3] + 1.1, at: 4)
        #expect(abs((try #require(VectorGrid.pitch(of: places))) - 2.8) < 1e-9)
    }

    @Test func `irregular or few places have no pitch`() {
        #expect(VectorGrid.pitch(of: [1, 2, 3]) == nil)
        #expect(VectorGrid.pitch(of: [0, 1, 3.3, 4.1, 6.6, 9, 9.7, 13.1, 14, 20]) == nil)
    }

    private static func grid(pitch: Double, count: Int) -> VectorGrid {
        var svg = "<svg viewBox=\"0 0 900 900\">"
        for index in 0 ..< count {
            let place = 7 + pitch * Double(index)
            svg += "<path fill=\"none\" stroke=\"#ff0000\" stroke-width=\"0.1\" d=\"M \(place) 0 L \(place) 900\"/>"
            svg += "<path fill=\"none\" stroke=\"#ff0000\" stroke-width=\"0.1\" d=\"M 0 \(place) L 900 \(place)\"/>"
        }
        return VectorGrid(try! VectorDrawing(svg: Array((svg + "</svg>").utf8)))
    }

    @Test func `lines of 1 mm or of 5 mm give points per millimeter`() {
        let fine = Self.grid(pitch: 2.9, count: 100)
        #expect(abs(fine.x - 2.9) < 1e-6 && abs(fine.y - 2.9) < 1e-6 && fine.source == .lines && fine.pens.count == 1)
        #expect(abs(Self.grid(pitch: 14, count: 30).x - 2.8) < 1e-6)
    }

    @Test func `a page without lines has the units of the file`() {
        let none = Self.grid(pitch: 50, count: 3)
        #expect(none.source == .file && abs(none.x - 72 / 25.4) < 1e-9 && none.pens.isEmpty)
    }
}
