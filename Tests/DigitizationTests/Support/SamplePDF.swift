import Foundation

/// Small PDF files, written by hand.
enum SamplePDF {
    /// A file whose pages have these content streams. `F` is Helvetica.
    static func file(pages: [String], size: (width: Int, height: Int) = (842, 595), resources: String = "") -> Data {
        let kids = pages.indices.map { "\(4 + 2 * $0) 0 R" }.joined(separator: " ")
        var objects = [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[\(kids)]/Count \(pages.count)>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
        for (index, content) in pages.enumerated() {
            objects.append(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 \(size.width) \(size.height)]/Contents \(5 + 2 * index) 0 R"
                    + "/Resources<</Font<</F 3 0 R>>\(resources)>>>>")
            objects.append("<</Length \(content.utf8.count)>>stream\n\(content)\nendstream")
        }
        return file(objects: objects)
    }

    static func file(objects: [String], trailer: String = "") -> Data {
        var text = "%PDF-1.4\n"
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(text.utf8.count)
            text += "\(index + 1) 0 obj\(object) endobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets { text += String(format: "%010d 00000 n \n", offset) }
        text += "trailer<</Size \(objects.count + 1)/Root 1 0 R\(trailer)>>\nstartxref\n\(start)\n%%EOF\n"
        return Data(text.utf8)
    }

    /// Opening it needs the password `secret` (40-bit RC4).
    static let encrypted = file(
        objects: [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
            "<</Filter/Standard/V 1/R 2/O<e5a8d2687bd9d0cff946b7ac55f51081dcf0d116554c4bfcb0a5e446f69ea48a>"
                + "/U<683ea29a373521cf4710969cbe31e8c5e516199a5130285a60e256fa0fdf33a0>/P -4>>",
        ],
        trailer: "/Encrypt 4 0 R/ID[<30313233343536373839616263646566><30313233343536373839616263646566>]")
}

/// A page of a made patient as the content of a PDF page, in mm with y upward.
struct SamplePage {
    /// Rows of lead names from the top; `-aVR` is drawn and printed upside down.
    var rows = [["I", "aVR", "V1", "V4"], ["II", "aVL", "V2", "V5"], ["III", "aVF", "V3", "V6"]]
    /// A rhythm strip below the rows.
    var strip: String? = "II"
    /// Length of the strip in columns; nil for all.
    var stripColumns: Double?
    /// Width of a column in mm.
    var columnWidth = 62.5
    /// Seconds from the start of a column to that of the next; nil for what its width takes at 25 mm/s.
    var columnSeconds: Double?
    var gain = 10.0
    var hasGrid = true
    var hasNames = true
    var text = ["25 mm/s", "10 mm/mV", "Jane Doe 1950"]
    /// Names that are printed in place of others.
    var printed: [String: String] = [:]

    /// mV of a lead, `time` in seconds: a beat every 0.8 s. The limb leads follow Einthoven and Goldberger.
    static func lead(_ name: String, _ time: Double) -> Double {
        func wave(_ center: Double, _ width: Double, _ height: Double) -> Double {
            let phase = time.truncatingRemainder(dividingBy: 0.8)
            return height * exp(-pow((phase - center) / width, 2) / 2)
        }
        let one = wave(0.14, 0.02, 0.1) + wave(0.3, 0.012, 0.7) + wave(0.55, 0.04, 0.2)
        let two = wave(0.15, 0.02, 0.15) + wave(0.31, 0.014, 1.1) + wave(0.33, 0.01, -0.3) + wave(0.56, 0.045, 0.3)
        switch name {
        case "I": return one
        case "II": return two
        case "III": return two - one
        case "aVR": return -(one + two) / 2
        case "-aVR": return (one + two) / 2
        case "aVL": return one - two / 2
        case "aVF": return two - one / 2
        default:
            let share = Double(name.dropFirst())! / 6
            return wave(0.3, 0.012, share) - wave(0.33, 0.015, 1 - share) + wave(0.55, 0.04, 0.1 + 0.3 * share)
        }
    }

    var content: String {
        var out = "2.834645669 0 0 2.834645669 0 0 cm\n"
        if hasGrid {
            out += "0.05 w 1 0.7 0.7 RG\n"
            for x in stride(from: 10, through: 285, by: 1) { out += "\(x) 10 m \(x) 200 l S\n" }
            for y in stride(from: 10, through: 200, by: 1) { out += "10 \(y) m 285 \(y) l S\n" }
        }
        out += "0.3 w 0 0 0 RG 0 0 0 rg\n"
        let first = 170.0
        func name(_ name: String, _ x: Double, _ y: Double) {
            if hasNames { out += "BT /F 4 Tf \(x) \(y) Td (\(printed[name] ?? name)) Tj ET\n" }
        }
        func trace(_ name: String, _ x: Double, _ y: Double, from start: Double, width: Double) {
            for index in 0 ..< Int(width / 0.05) {
                let time = start + Double(index) * 0.002
                let place = String(
                    format: "%.4f %.4f", x + Double(index) * 0.05, y + gain * Self.lead(name, time))
                out += place + (index == 0 ? " m\n" : " l\n")
            }
            out += "S\n"
        }
        for (row, names) in rows.enumerated() {
            let y = first - 35 * Double(row)
            for (column, lead) in names.enumerated() {
                let x = 25 + columnWidth * Double(column)
                name(lead, x + 2, y + 14)
                trace(lead, x, y, from: (columnSeconds ?? columnWidth / 25) * Double(column), width: columnWidth)
            }
        }
        if let strip {
            let y = first - 35 * Double(rows.count)
            name(strip, 27, y + 14)
            trace(strip, 25, y, from: 0, width: columnWidth * (stripColumns ?? Double(rows[0].count)))
        }
        for (index, line) in text.enumerated() {
            out += "BT /F 4 Tf \(30 + 40 * index) 204 Td (\(line)) Tj ET\n"
        }
        return out
    }

    var pdf: Data { SamplePDF.file(pages: [content]) }
}
