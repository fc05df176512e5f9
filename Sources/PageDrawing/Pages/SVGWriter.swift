import Files
import Foundation

extension PageDrawing {
    /// Returns the drawing as SVG with its size in millimeters.
    ///
    /// Coordinates are millimeters. Texts are lines; a title in each group holds their characters.
    package func svg() -> Data {
        var out = VectorText()
        out.add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"")
        out.add(size.x)
        out.add("mm\" height=\"")
        out.add(size.y)
        out.add("mm\" viewBox=\"0 0 ")
        out.add(size.x)
        out.add(" ")
        out.add(size.y)
        out.add("\" fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n")
        for shape in shapes { shape.writeSVG(to: &out) }
        out.add("</svg>\n")
        return Data(out.bytes)
    }
}

extension DrawingShape {
    fileprivate func writeSVG(to out: inout VectorText) {
        guard let first = lines.first else { return }
        let title = text?.content ?? title
        if let title { out.add("<g><title>\(HTMLText.escape(title))</title>") }
        switch paint {
        case .rectangle:
            out.add("<path fill=\"\(color.hex)\" d=\"")
            let (from, to) = (first[0], first[1])
            Self.add([from, SIMD2(to.x, from.y), to, SIMD2(from.x, to.y)], to: &out)
            out.add("Z")
        case .stroke(let width):
            out.add("<path stroke=\"\(color.hex)\" stroke-width=\"")
            out.add(width)
            out.add("\" d=\"")
            // A hundredth of a millimeter is enough for letters, which are most of a small drawing.
            for line in lines { Self.add(line, to: &out, perMillimeter: text == nil ? 1000 : 100) }
        }
        out.add("\"/>")
        if title != nil { out.add("</g>") }
        out.add("\n")
    }

    /// Appends a line: its first place, and then the way to each next one, which takes fewer digits.
    ///
    /// The ways are those between rounded places, so that rounding does not add up.
    static func add(_ line: [SIMD2<Double>], to out: inout VectorText, perMillimeter steps: Double = 1000) {
        var last = SIMD2<Double>.zero
        for (index, point) in line.enumerated() {
            let place = (point * steps).rounded(.toNearestOrAwayFromZero) / steps
            let way = place - last
            out.add(index == 0 ? "M" : index == 1 ? "l" : " ")
            out.add(way.x)
            out.add(" ")
            out.add(way.y)
            last = place
        }
        if line.count == 1 { out.add("h0") }
    }
}

extension RGBColor {
    /// For example `#ff8000`.
    var hex: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
