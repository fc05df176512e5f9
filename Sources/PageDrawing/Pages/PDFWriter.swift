import Foundation
import Imaging

extension PageDrawing {
    /// Returns the drawing as a PDF of one page in true scale.
    ///
    /// Texts are lines, as in the other formats. Over them, the characters are written without ink, so that they can be
    /// searched and copied.
    ///
    /// - Source: ISO 32000-1, sections 7.5, 8.5 and 9.4.
    package func pdf() -> Data {
        let point = 72 / 25.4
        var content = VectorText()
        // Millimeters from the top left instead of points from the bottom left.
        content.add("1 J 1 j ")
        for value in [point, 0, 0, -point, 0, size.y * point] {
            content.add(value)
            content.add(" ")
        }
        content.add("cm\n")
        for shape in shapes { shape.writePDF(to: &content) }
        let stream = Deflate.zlib(content.bytes)

        var box = VectorText()
        for value in [0, 0, size.x * point, size.y * point] {
            box.add(value)
            box.add(" ")
        }
        var out = VectorText()
        var places: [Int] = []
        func object(_ text: String) {
            places.append(out.bytes.count)
            out.add("\(places.count) 0 obj\n\(text)")
        }
        out.add("%PDF-1.4\n%\u{E4}\u{F6}\u{FC}\n")
        object("<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
        object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n")
        object(
            "<< /Type /Page /Parent 2 0 R /MediaBox [\(String(decoding: box.bytes, as: UTF8.self))] /Contents 4 0 R "
                + "/Resources << /Font << /F 5 0 R >> >> >>\nendobj\n")
        object("<< /Length \(stream.count) /Filter /FlateDecode >>\nstream\n")
        out.add(stream)
        out.add("\nendstream\nendobj\n")
        object("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>\nendobj\n")
        let table = out.bytes.count
        out.add("xref\n0 \(places.count + 1)\n0000000000 65535 f \n")
        for place in places {
            let digits = String(place)
            out.add(String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n")
        }
        out.add("trailer\n<< /Size \(places.count + 1) /Root 1 0 R >>\nstartxref\n\(table)\n%%EOF\n")
        return Data(out.bytes)
    }
}

extension DrawingShape {
    fileprivate func writePDF(to out: inout VectorText) {
        guard let first = lines.first else { return }
        for level in [color.red, color.green, color.blue] {
            out.add(Double(level) / 255)
            out.add(" ")
        }
        switch paint {
        case .rectangle:
            out.add("rg ")
            for value in [first[0].x, first[0].y, first[1].x - first[0].x, first[1].y - first[0].y] {
                out.add(value)
                out.add(" ")
            }
            out.add("re f\n")
        case .stroke(let width):
            out.add("RG ")
            out.add(width)
            out.add(" w\n")
            for line in lines {
                for (index, point) in (line.count == 1 ? line + line : line).enumerated() {
                    out.add(point.x)
                    out.add(" ")
                    out.add(point.y)
                    out.add(index == 0 ? " m\n" : " l\n")
                }
            }
            out.add("S\n")
        }
        if let text { text.writePDF(to: &out) }
    }
}

extension DrawingShape.Text {
    /// Writes the characters without ink in Courier, whose glyphs all have the same width, stretched to the box.
    fileprivate func writePDF(to out: inout VectorText) {
        let characters = content.map { Self.winAnsi[$0] ?? ($0.isASCII ? $0.asciiValue! : UInt8(ascii: "?")) }
        let fontSize = box.size.y
        out.add("BT 3 Tr /F ")
        out.add(fontSize)
        out.add(" Tf ")
        // Courier's glyphs are 0.6 of the font size wide.
        out.add(100 * box.size.x / (0.6 * fontSize * Double(max(characters.count, 1))))
        out.add(" Tz 1 0 0 -1 ")
        out.add(origin.x)
        out.add(" ")
        out.add(origin.y)
        out.add(" Tm <")
        for byte in characters { out.add((byte < 16 ? "0" : "") + String(byte, radix: 16)) }
        out.add("> Tj ET\n")
    }

    private static let winAnsi: [Character: UInt8] = [
        "–": 0x96, "—": 0x97, "−": 0x2D, "…": 0x85, "°": 0xB0, "±": 0xB1, "µ": 0xB5, "·": 0xB7, "×": 0xD7,
    ]
}
