/// The leads of a page: names, columns, and the parts of the traces that belong to each.
struct PageLayout: Sendable {
    /// A lead in one column, or a rhythm strip.
    struct Cell: Sendable {
        /// One of `LeadName.standard`.
        var name: String
        /// True where the page has −aVR and the like.
        var isInverted: Bool
        var isStrip: Bool
        /// Counted from the left; 0 for a strip.
        var column: Int
        var traces: [PageTrace]

        var start: Double { traces[0].start }
        var end: Double { traces.map(\.end).max()! }
    }

    enum Order: String, Sendable {
        case standard, cabrera, other
    }

    /// Rows × columns + rhythm strips, for example `3x4+1`.
    var name: String
    var order: Order
    var cells: [Cell]
    /// x of each column's start in mm.
    var columns: [Double]
    /// Width of a column in mm.
    var columnWidth: Double

    /// Columns and rows of a page, without names.
    struct Grid {
        /// Start and end of each column in mm.
        var columns: [(start: Double, end: Double)]
        /// Indices of the rows with columns.
        var block: [Int]
        /// Indices of the rows with rhythm strips.
        var strips: [Int]
        /// Whether the traces themselves are separated at the columns.
        var isSegmented: Bool
    }

    /// The whole calibration pulses with the group of the lead next to each.
    func pulses(of page: ReadPage) -> [(group: PageScale.Group, height: Double)] {
        page.pulses.filter(\.isWhole).compactMap { pulse in
            func distance(_ cell: Cell) -> Double { max(cell.start - pulse.right, pulse.left - cell.end) }
            return cells.filter { $0.traces[0].row == pulse.row }.min { distance($0) < distance($1) }
                .map { (PageScale.Group(of: $0.name), pulse.height) }
        }
    }

    /// The parts of the traces of a row in a column, at least 2 mm wide together.
    static func traces(of row: PageRow, in grid: Grid, column: Int) -> [PageTrace] {
        let (start, end) = grid.columns[column]
        let parts =
            grid.isSegmented
            ? row.traces.filter { trace in
                self.column(of: trace, in: grid) == column
            }
            : row.traces.compactMap { trace in
                // The traces of two leads touch at a border between columns.
                let margin = 0.3
                return trace.clipped(
                    from: column == 0 ? start - 1 : start + margin,
                    to: column == grid.columns.count - 1 ? end + 1 : end - margin
                ).trimmed
            }
        let width = parts.reduce(0) { $0 + $1.end - $1.start }
        return width >= 2 ? parts : []
    }

    /// The traces of a rhythm strip, as long as the columns where those tell.
    static func strip(_ row: PageRow, in grid: Grid) -> [PageTrace] {
        guard !grid.isSegmented else { return row.traces }
        return row.traces.compactMap {
            $0.clipped(from: grid.columns[0].start - 1, to: grid.columns[grid.columns.count - 1].end + 1).trimmed
        }
    }

    private static func column(of trace: PageTrace, in grid: Grid) -> Int {
        if let exact = grid.columns.firstIndex(where: { abs($0.start - trace.start) < 3 }) { return exact }
        let middle = (trace.start + trace.end) / 2
        return grid.columns.lastIndex { $0.start <= middle } ?? 0
    }

    /// Samples of a cell in mm, upward, `step` mm apart from `start` on.
    static func samples(_ traces: [PageTrace], start: Double, step: Double, count: Int) -> [Float] {
        (0 ..< count).map { index in
            let x = start + Double(index) * step
            for trace in traces {
                let value = trace.value(at: x)
                if value.isFinite { return -value }
            }
            return .nan
        }
    }

    /// Agreement of the limb leads in each column that has at least three, with places in mm.
    static func agreements(_ cells: [Cell]) -> [(column: Int, agreement: LimbLeadResidual.Agreement)] {
        let step = 0.2
        return Set(cells.map(\.column)).sorted().compactMap { column in
            let group = cells.filter { $0.column == column && !$0.isStrip && LimbLeadResidual.shares[$0.name] != nil }
            guard group.count >= 3 else { return nil }
            let start = group.map(\.start).max()!
            let end = group.map(\.end).min()!
            let count = Int((end - start) / step)
            guard count > 100 else { return nil }
            let leads = group.map { cell in
                let samples = samples(cell.traces, start: start, step: step, count: count)
                return (name: cell.name, samples: cell.isInverted ? samples.map { -$0 } : samples)
            }
            return LimbLeadResidual.agreement(leads).map { (column, $0) }
        }
    }
}
