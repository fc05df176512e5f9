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
            for line in lines { Self.add(line, to: &out) }
        }
        out.add("\"/>")
        if title != nil { out.add("</g>") }
        out.add("\n")
    }

    private static func add(_ line: [SIMD2<Double>], to out: inout VectorText) {
        for (index, point) in line.enumerated() {
            out.add(index == 0 ? "M" : index == 1 ? "L" : " ")
            out.add(point.x)
            out.add(" ")
            out.add(point.y)
        }
        if line.count == 1 { out.add("h0") }
    }
}

extension RGBColor {
    /// For example `#ff8000`.
    fileprivate var hex: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
