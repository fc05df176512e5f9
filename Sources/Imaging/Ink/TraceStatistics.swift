/// Statistics of a preprocessed picture's ink, in which a drawn trace differs from photographs, text, noise and blank
/// or damaged pages.
///
/// They describe the picture that the network reads (`Preprocessing.apply`).
/// - A pixel's strength is its distance from the paper (the median gray) over the distance that one pixel in 2000
///   reaches, at most 1.
/// - Ink is a strength of at least ¼, so that a thin line that resizing spread over two pixels stays connected.
/// - Pieces are 8-connected.
public struct TraceStatistics: Equatable, Sendable {
    /// Mean strength over all pixels, 0…1.
    public var inkFraction: Double
    /// Share of the pixels with a strength from 0.05 to ¼: texture and haze.
    public var hazeFraction: Double
    /// Share of the picture's width from the first to the last column with ink.
    public var width: Double
    /// Share of the picture's height from the first to the last row with ink.
    public var height: Double
    /// Share of the columns between the first and the last column with ink that contain ink.
    public var columnCoverage: Double
    /// Mean number of runs of ink per column with ink; about one for a single line.
    public var columnCrossings: Double
    /// Mean number of runs of ink per row with ink.
    public var rowCrossings: Double
    /// Stroke width in pixels of a picture 224 wide: twice the ink over its boundary.
    public var strokeWidth: Double
    /// Share of the ink in the largest piece.
    public var largestPiece: Double
    /// Number of pieces.
    public var pieces: Double
    /// Share of the ink in pieces of fewer than 12 pixels of a picture 224 wide.
    public var speckFraction: Double
    /// Share of the border's pixels that are ink: lines that leave the picture.
    public var borderFraction: Double
    /// Share of the columns with ink whose ink is mostly filled from top to bottom and taller than half of `height`:
    /// areas rather than lines.
    public var filledFraction: Double

    /// The names of the statistics, in the order of `values`.
    public static let names = [
        "ink_fraction", "haze_fraction", "width", "height", "column_coverage", "column_crossings", "row_crossings",
        "stroke_width", "largest_piece", "pieces", "speck_fraction", "border_fraction", "filled_fraction",
    ]

    /// The values in the order of `names`.
    public var values: [Double] {
        [
            inkFraction, hazeFraction, width, height, columnCoverage, columnCrossings, rowCrossings, strokeWidth,
            largestPiece, pieces, speckFraction, borderFraction, filledFraction,
        ]
    }

    /// - Complexity: O(pixels).
    public init(of picture: GrayImage) {
        let strengths = InkStrengths(of: picture)
        let (columns, rows) = (picture.width, picture.height)
        let runs = InkRuns(of: strengths.ink, width: columns, height: rows)
        let scale = 224 / Double(columns)

        var inColumn = [InkInColumn](repeating: InkInColumn(), count: columns)
        var (rowRuns, inkedRows) = (0, 0)
        var (firstRow, lastRow) = (rows, -1)
        var (count, boundary, border) = (0, 0, 0)
        strengths.ink.withUnsafeBufferPointer { ink in
            for y in 0 ..< rows {
                let here = runs.ofRow(y)
                guard !here.isEmpty else { continue }
                rowRuns += here.count
                inkedRows += 1
                firstRow = min(firstRow, y)
                lastRow = y
                for run in here {
                    count += run.count
                    boundary += 2  // at the ends of the run; pixels above and below follow
                    let ends = (run.lowerBound == 0 ? 1 : 0) + (run.upperBound == columns ? 1 : 0)
                    border += y == 0 || y + 1 == rows ? run.count : min(ends, run.count)
                    for x in run {
                        let place = y * columns + x
                        let begins = y == 0 || ink[place - columns] == 0
                        boundary += begins ? 1 : 0
                        boundary += y + 1 == rows || ink[place + columns] == 0 ? 1 : 0
                        inColumn[x].add(y, beginsRun: begins)
                    }
                }
            }
        }
        let inked = inColumn.indices.filter { inColumn[$0].count > 0 }
        let span = inked.isEmpty ? 0 : inked[inked.count - 1] - inked[0] + 1
        let extent = max(lastRow - firstRow + 1, 0)
        let pieces = InkPieces(of: runs).sizes

        func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
        inkFraction = strengths.mean
        hazeFraction = strengths.haze
        width = share(span, of: columns)
        height = share(extent, of: rows)
        columnCoverage = share(inked.count, of: span)
        columnCrossings = share(inColumn.reduce(0) { $0 + $1.runs }, of: inked.count)
        rowCrossings = share(rowRuns, of: inkedRows)
        strokeWidth = 4 * share(count, of: boundary) * scale
        largestPiece = share(pieces.max() ?? 0, of: count)
        self.pieces = Double(pieces.count)
        speckFraction = share(pieces.filter { Double($0) * scale * scale < 12 }.reduce(0, +), of: count)
        borderFraction = share(border, of: 2 * (columns + rows) - 4)
        filledFraction = share(
            inked.count { x in
                let tall = inColumn[x].bottom - inColumn[x].top + 1
                return 2 * tall > extent && 4 * inColumn[x].count >= 3 * tall
            }, of: inked.count)
    }
}

/// The ink of one column, collected from the top.
private struct InkInColumn {
    private(set) var count = 0
    private(set) var runs = 0
    private(set) var top = 0
    private(set) var bottom = 0

    mutating func add(_ y: Int, beginsRun: Bool) {
        if count == 0 { top = y }
        bottom = y
        count += 1
        runs += beginsRun ? 1 : 0
    }
}
