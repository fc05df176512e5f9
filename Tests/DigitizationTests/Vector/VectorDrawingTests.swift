import Testing

@testable import Digitization

struct VectorDrawingTests {
    private static func drawing(_ body: String, limits: VectorDrawing.Limits = .init()) throws -> VectorDrawing {
        let svg = "<?xml version=\"1.0\"?>\n<svg width=\"200pt\" viewBox=\"0 0 200 100\">\(body)</svg>"
        return try VectorDrawing(svg: Array(svg.utf8), limits: limits)
    }

    @Test func `paths have the transforms of their groups and their pen`() throws {
        let drawing = try Self.drawing(
            """
            <!-- a > comment --><g transform="matrix(2,0,0,2,10,0)">
            <path style="fill:none;stroke-width:0.5;stroke:rgb(100%,0%,60%);" d="M 1 2 L 3 -4.5e0 " transform="matrix(1,0,0,-1,0,0)"/>
            </g><path fill="none" stroke="#010203" stroke-width="3" d="M 0 0 H 5 V 6 Z M 1 1 L 2 2"/>
            """)
        #expect((drawing.width, drawing.height) == (200, 100))
        #expect(drawing.lines.map(\.points.count) == [2, 4, 2])
        let first = try #require(drawing.lines.first)
        #expect(first.points == [.init(x: 12, y: -4), .init(x: 16, y: 9)])
        #expect(first.stroke == .init(red: 255, green: 0, blue: 153) && first.width == 1 && !first.isFilled)
        #expect(drawing.lines.map(\.isClosed) == [false, true, false])
        #expect(drawing.lines[1].stroke == .init(red: 1, green: 2, blue: 3))
    }

    @Test func `a curve is a line through points of it`() throws {
        let line = try #require(
            try Self.drawing("<path stroke=\"rgb(0,0,0)\" d=\"M 0 0 C 0 4 4 4 4 0\"/>").lines.first)
        #expect(line.points.count == 5 && line.points[2] == .init(x: 2, y: 3))
    }

    @Test func `glyphs, clip paths and invisible paths are left out, and pictures measured`() throws {
        let drawing = try Self.drawing(
            """
            <defs><g><symbol id="a"><path d="M 0 0 L 1 1"/></symbol></g><clipPath id="c"><path d="M 0 0 L 1 1"/></clipPath>
            <image id="p" width="50" height="50" xlink:href="data:image/png;base64,AAAA"/></defs>
            <use xlink:href="#a" x="1"/><use xlink:href="#p" transform="matrix(2,0,0,2,0,0)"/>
            <path style="fill:none;stroke:none" d="M 0 0 L 1 1"/>
            <path style="fill:none;stroke:rgb(0%,0%,0%);stroke-opacity:0" d="M 0 0 L 1 1"/>
            """)
        #expect(drawing.lines.isEmpty)
        #expect(drawing.pictureShare == 0.5)
    }

    @Test(arguments: [
        "<g><path d=\"M 0 0 L 1\"/></g>", "<g>", "</g>", "<path d=\"M 0 0 L 1 1\"", "<path d=\"M 0 0 L x\"/>", "<!--",
        "<svg viewBox=\"0 0 1 1\">", "<a b=\"<\" c=d e",
    ])
    func `a damaged drawing is refused`(body: String) {
        #expect(throws: VectorDrawingError.damaged) { try Self.drawing(body) }
    }

    @Test func `limits of points and depth hold`() {
        let limits = VectorDrawing.Limits(points: 10, lines: 3, depth: 4)
        let long = "<path stroke=\"#000000\" d=\"M 0 0" + String(repeating: " L 1 1", count: 20) + "\"/>"
        #expect(throws: VectorDrawingError.tooLarge) { try Self.drawing(long, limits: limits) }
        let many = String(repeating: "<path stroke=\"#000000\" d=\"M 0 0 L 1 1\"/>", count: 5)
        #expect(throws: VectorDrawingError.tooLarge) { try Self.drawing(many, limits: limits) }
        let deep = String(repeating: "<g>", count: 9) + String(repeating: "</g>", count: 9)
        #expect(throws: VectorDrawingError.damaged) { try Self.drawing(deep, limits: limits) }
    }

    @Test func `every prefix and every changed byte of a drawing ends with a result or an error`() {
        let text = """
            <svg viewBox="0 0 9 9"><defs><image id="i" width="1" height="2"/></defs><g transform="matrix(1,0,0,1,0,0)">
            <path style="stroke:rgb(1%,2%,3%);stroke-width:1e-3" d="M 0 0 L 1.5 2 C 1 2 3 4 5 6 Z"/></g></svg>
            """
        let bytes = Array(text.utf8)
        for count in bytes.indices { _ = try? VectorDrawing(svg: Array(bytes.prefix(count))) }
        for index in bytes.indices {
            for value: UInt8 in [0, 0x20, 0x22, 0x2F, 0x3C, 0x3E, 0x65, 0x39, 0xFF] {
                var changed = bytes
                changed[index] = value
                _ = try? VectorDrawing(svg: changed)
            }
        }
    }
}
