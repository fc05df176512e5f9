/// The arrangement of leads on a page: rows and columns, and strips with one lead over the whole width.
package struct DrawingLayout: Sendable, Equatable, CustomStringConvertible {
    /// Rows and columns of the twelve leads; nil for strips only.
    package let table: (rows: Int, columns: Int)?
    /// Strips below the table.
    package let strips: Int

    package static func == (one: DrawingLayout, other: DrawingLayout) -> Bool { one.description == other.description }

    /// All layouts that can be drawn. `strip` has one lead over the width, and continues in further rows.
    package static let names = ["3x4", "3x4+1", "3x4+3", "6x2", "6x2+1", "12x1", "strip"]

    /// - Parameter name: one of `names`.
    /// - Throws: `PageDrawingError.layout`.
    package init(_ name: String) throws {
        guard Self.names.contains(name) else { throw PageDrawingError.layout(found: name, known: Self.names) }
        if name == "strip" {
            (table, strips) = (nil, 1)
            return
        }
        let parts = name.split(separator: "+")
        let sizes = parts[0].split(separator: "x").map { Int($0)! }
        (table, strips) = ((sizes[0], sizes[1]), parts.count > 1 ? Int(parts[1])! : 0)
    }

    package var description: String {
        guard let table else { return "strip" }
        return "\(table.rows)x\(table.columns)" + (strips > 0 ? "+\(strips)" : "")
    }

    /// The twelve leads in the order of the columns, each from top to bottom. `-aVR` is aVR upside down.
    package static func leadOrder(isCabrera: Bool) -> [String] {
        (isCabrera ? ["aVL", "I", "-aVR", "II", "aVF", "III"] : ["I", "II", "III", "aVR", "aVL", "aVF"])
            + ["V1", "V2", "V3", "V4", "V5", "V6"]
    }

    /// The leads of one or three strips below a table.
    package static func stripLeads(_ count: Int) -> [String] { count == 3 ? ["V1", "II", "V5"] : ["II"] }
}

/// A lead in one place of a page.
package struct PagePanel: Sendable, Equatable {
    /// The lead's name in the recording.
    var lead: String
    /// The printed name.
    var label: String
    /// Whether the trace is upside down, as −aVR in Cabrera's order.
    var isInverted = false
    /// Whether the lead extends over the whole width.
    var isStrip = false
    var row: Int
    var column: Int
    /// Seconds from the beginning of the recording.
    var window: Range<Double>
    /// Millimeters; x is the place of the window's beginning, y that of 0 mV.
    var origin: SIMD2<Double>
    /// The area of the lead in millimeters. Traces can leave it above and below.
    var box: PaperBox
    /// Millimeters per millivolt.
    var gain: Double
}
