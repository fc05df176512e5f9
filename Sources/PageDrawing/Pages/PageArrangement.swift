import Signals

/// The places of leads, grid and texts on a page, in millimeters.
struct PageArrangement {
    /// Millimeters.
    let size: SIMD2<Double>
    let grid: PaperBox
    let panels: [PagePanel]

    /// A4, landscape.
    static let paperWidth = 297.0
    private static let paperHeight = 210.0
    private static let gridLeft = 3.5
    private static let gridWidth = 290.0
    /// Above the grid, for the header.
    static let top = 22.0
    /// Below the grid, for the footer.
    static let bottom = 13.0
    /// The beginning of the traces; a calibration pulse fits to the left and to the right of them.
    static let traceLeft = 23.5
    static let traceWidth = 250.0
    /// The height of the grid on A4 in millimeters, without extra lines of text.
    static let sheetHeight = paperHeight - top - bottom
    private static let stripHeight = 30.0
    /// Rows of 10 s: one page shows at most four minutes of one lead.
    static let rowLimit = 24

    /// Arranges the twelve leads.
    ///
    /// - Parameters:
    ///   - extraTop: millimeters for more lines of text, by which the paper is higher than A4.
    ///   - isSheet: whether the paper stays A4, so that the rows are lower.
    /// - Throws: `PageDrawingError`.
    init(
        _ layout: DrawingLayout, of recording: Recording, style: PageStyle, from start: Double, seconds: Double?,
        extraTop: Double = 0, isSheet: Bool = false
    ) throws {
        guard let table = layout.table else { preconditionFailure("a layout without a table") }
        guard start < recording.duration else {
            throw PageDrawingError.emptyWindow(from: start, duration: recording.duration)
        }
        let rows = table.rows + layout.strips
        let top = Self.top + extraTop
        size = SIMD2(Self.paperWidth, Self.paperHeight + (isSheet ? 0 : extraTop))
        grid = PaperBox(
            x: Self.gridLeft, y: top, width: Self.gridWidth, height: Self.sheetHeight - (isSheet ? extraTop : 0))
        let whole = Self.traceWidth / style.speed
        let shown = min(seconds ?? whole, whole)
        let pitch = grid.size.y / Double(rows)
        var panels: [PagePanel] = []
        func add(_ name: String, row: Int, column: Int, columns: Int) throws {
            let isInverted = name.hasPrefix("-")
            let lead = isInverted ? String(name.dropFirst()) : name
            guard let found = recording.lead(named: lead) else {
                throw PageDrawingError.missingLead(
                    lead, layout: layout.description, found: recording.leads.map(\.name))
            }
            let duration = shown / Double(columns)
            let width = duration * style.speed
            let left = Self.traceLeft + Double(column) * width
            let y = top + Double(row) * pitch
            panels.append(
                PagePanel(
                    lead: found.name, label: name, isInverted: isInverted, isStrip: columns == 1 && table.columns > 1,
                    row: row, column: column,
                    window: start + Double(column) * duration ..< start + Double(column + 1) * duration,
                    origin: SIMD2(left, (y + 0.56 * pitch).rounded()),
                    box: PaperBox(x: left, y: y, width: width, height: pitch),
                    gain: lead.hasPrefix("V") ? style.chestGain : style.limbGain))
        }
        for (place, name) in DrawingLayout.leadOrder(isCabrera: style.isCabrera).enumerated() {
            try add(name, row: place % table.rows, column: place / table.rows, columns: table.columns)
        }
        for (place, name) in DrawingLayout.stripLeads(layout.strips).prefix(layout.strips).enumerated() {
            try add(name, row: table.rows + place, column: 0, columns: 1)
        }
        self.panels = panels
    }

    /// Arranges strips over the width, one after the other.
    ///
    /// - Parameters:
    ///   - starts: seconds at which groups of rows begin, one row per lead in each.
    ///   - rowHeight: millimeters; a multiple of 5 keeps the grid's lines whole.
    ///   - isSheet: whether the paper is A4 even if the rows need less.
    /// - Throws: `PageDrawingError.tooManyRows`.
    init(
        strips leads: [Recording.Lead], starts: [Double], until end: Double, style: PageStyle,
        rowHeight: Double = Self.stripHeight, extraTop: Double = 0, isSheet: Bool = false
    ) throws {
        let rows = starts.count * leads.count
        guard rows <= Self.rowLimit else { throw PageDrawingError.tooManyRows(rows: rows, limit: Self.rowLimit) }
        let height = rowHeight * Double(rows)
        let top = Self.top + extraTop
        size = SIMD2(Self.paperWidth, isSheet ? Self.paperHeight : top + height + Self.bottom)
        grid = PaperBox(x: Self.gridLeft, y: top, width: Self.gridWidth, height: height)
        let duration = Self.traceWidth / style.speed
        panels = starts.enumerated().flatMap { group, start in
            leads.enumerated().map { place, lead in
                let row = group * leads.count + place
                let y = top + Double(row) * rowHeight
                let shown = min(duration, max(end - start, 0))
                return PagePanel(
                    lead: lead.name, label: lead.name, isStrip: true, row: row, column: 0,
                    window: start ..< start + shown,
                    origin: SIMD2(Self.traceLeft, (y + 0.56 * rowHeight).rounded()),
                    box: PaperBox(x: Self.traceLeft, y: y, width: shown * style.speed, height: rowHeight),
                    gain: lead.name.uppercased().hasPrefix("V") ? style.chestGain : style.limbGain)
            }
        }
    }
}
