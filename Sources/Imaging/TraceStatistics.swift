/// What a prepared picture's ink is like: a few numbers in which a drawn trace differs from photographs, text, noise
/// and blank or damaged pages.
///
/// They are of the picture that the network reads (`Preprocessing.apply`). A pixel's strength is its distance from
/// the paper (the median grey) over the distance that one pixel in 2000 reaches, at most 1; ink is a strength of at
/// least ¼, so that a thin line that resizing spread over two pixels still hangs together. Pieces are 8-connected.
public struct TraceStatistics: Equatable, Sendable {
    /// Mean strength over all pixels, 0…1: how much of the picture is drawn on.
    public var inkFraction: Double
    /// Share of the pixels whose strength is from 0.05 to ¼: texture and haze beside the ink.
    public var hazeFraction: Double
    /// Share of the picture's width from the first to the last column with ink.
    public var width: Double
    /// Share of the picture's height from the first to the last row with ink.
    public var height: Double
    /// Share of the columns between the first and the last with ink that have some.
    public var columnCoverage: Double
    /// Runs of ink in a column, mean over the columns with ink; a single line has about one.
    public var columnCrossings: Double
    /// Runs of ink in a row, mean over the rows with ink.
    public var rowCrossings: Double
    /// Twice the ink over its boundary, in pixels of a picture 224 wide: the width of strokes.
    public var strokeWidth: Double
    /// Share of the ink that the largest piece holds.
    public var largestPiece: Double
    /// Pieces in all.
    public var pieces: Double
    /// Share of the ink in pieces of fewer than 12 pixels (of a picture 224 wide).
    public var speckFraction: Double
    /// Share of the border's pixels that are ink: lines that run out of the picture.
    public var borderFraction: Double
    /// Share of the columns with ink whose ink, from its top to its bottom, is more than half of `height` and mostly
    /// filled: areas rather than lines.
    public var filledFraction: Double

    /// The numbers' names, in the order of `values`.
    public static let names = [
        "ink_fraction", "haze_fraction", "width", "height", "column_coverage", "column_crossings", "row_crossings",
        "stroke_width", "largest_piece", "pieces", "speck_fraction", "border_fraction", "filled_fraction",
    ]

    /// In the order of `names`.
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
        let ink = strengths.ink
        let scale = 224 / Double(columns)

        var columnRuns = [Int](repeating: 0, count: columns)
        var columnInk = columnRuns
        var (columnTop, columnBottom) = (columnRuns, columnRuns)
        var (rowRuns, inkedRows) = (0, 0)
        var (firstRow, lastRow) = (rows, -1)
        var (count, boundary, border) = (0, 0, 0)
        for y in 0 ..< rows {
            var runsHere = 0
            for x in strengths.inkedColumns(ofRow: y) {
                let here = y * columns + x
                count += 1
                if x == 0 || ink[here - 1] == 0 { runsHere += 1 }
                if y == 0 || ink[here - columns] == 0 { columnRuns[x] += 1 }
                boundary += x == 0 || ink[here - 1] == 0 ? 1 : 0
                boundary += x + 1 == columns || ink[here + 1] == 0 ? 1 : 0
                boundary += y == 0 || ink[here - columns] == 0 ? 1 : 0
                boundary += y + 1 == rows || ink[here + columns] == 0 ? 1 : 0
                if x == 0 || y == 0 || x + 1 == columns || y + 1 == rows { border += 1 }
                if columnInk[x] == 0 { columnTop[x] = y }
                columnBottom[x] = y
                columnInk[x] += 1
            }
            guard runsHere > 0 else { continue }
            rowRuns += runsHere
            inkedRows += 1
            firstRow = min(firstRow, y)
            lastRow = y
        }
        let inked = (0 ..< columns).filter { columnInk[$0] > 0 }
        let span = inked.isEmpty ? 0 : inked[inked.count - 1] - inked[0] + 1
        let extent = max(lastRow - firstRow + 1, 0)
        let pieces = InkPieces(of: strengths).sizes

        func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
        inkFraction = strengths.mean
        hazeFraction = strengths.haze
        width = share(span, of: columns)
        height = share(extent, of: rows)
        columnCoverage = share(inked.count, of: span)
        columnCrossings = share(columnRuns.reduce(0, +), of: inked.count)
        rowCrossings = share(rowRuns, of: inkedRows)
        strokeWidth = 4 * share(count, of: boundary) * scale
        largestPiece = share(pieces.max() ?? 0, of: count)
        self.pieces = Double(pieces.count)
        speckFraction = share(pieces.filter { Double($0) * scale * scale < 12 }.reduce(0, +), of: count)
        borderFraction = share(border, of: 2 * (columns + rows) - 4)
        filledFraction = share(
            inked.count { x in
                let tall = columnBottom[x] - columnTop[x] + 1
                return 2 * tall > extent && 4 * columnInk[x] >= 3 * tall
            }, of: inked.count)
    }
}

/// How strongly each pixel of a prepared picture is drawn.
private struct InkStrengths {
    let width: Int
    let height: Int
    /// height × width: 1 for a strength of at least ¼, else 0.
    let ink: [UInt8]
    /// Mean strength.
    let mean: Double
    /// Share of pixels from 0.05 to ¼.
    let haze: Double
    /// The columns with ink, row after row, and how many come before each row.
    private var columns: [Int] = []
    private var rowStarts: [Int] = [0]

    init(of picture: GrayImage) {
        (width, height) = (picture.width, picture.height)
        let total = picture.pixels.count
        let greys = Self.counts(of: picture.pixels)
        var (paper, below) = (0, greys[0])
        while 2 * below < total {
            paper += 1
            below += greys[paper]
        }
        // How many pixels are how far from the paper.
        var distances = [Int](repeating: 0, count: 256)
        for grey in 0 ... 255 { distances[abs(grey - paper)] += greys[grey] }
        let wanted = max(1, total / 2000)
        var (contrast, reached) = (255, distances[255])
        while reached < wanted, contrast > 1 {
            contrast -= 1
            reached += distances[contrast]
        }
        var (sum, hazy) = (0.0, 0)
        for distance in 0 ... 255 {
            let strength = min(Double(distance) / Double(contrast), 1)
            sum += strength * Double(distances[distance])
            if strength >= 0.05, strength < 0.25 { hazy += distances[distance] }
        }
        mean = sum / Double(total)
        haze = Double(hazy) / Double(total)
        let isInk = (0 ... 255).map { UInt8(4 * abs($0 - paper) >= contrast ? 1 : 0) }
        ink = Self.translated(picture.pixels, by: isInk)
        listColumns()
    }

    /// Each byte through a table of 256; runs of one byte, paper above all, at once.
    private static func translated(_ pixels: [UInt8], by table: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: pixels.count) { out, count in
            pixels.withUnsafeBufferPointer { pixels in
                var index = 0
                while index < pixels.count {
                    let end = ByteRuns.end(
                        of: pixels[index], in: pixels.baseAddress!, from: index + 1, end: pixels.count)
                    (out.baseAddress! + index).update(repeating: table[Int(pixels[index])], count: end - index)
                    index = end
                }
            }
            count = pixels.count
        }
    }

    /// How often each grey occurs. Runs of one grey, paper above all, are counted at once.
    private static func counts(of pixels: [UInt8]) -> [Int] {
        var counts = [Int](repeating: 0, count: 256)
        pixels.withUnsafeBufferPointer { pixels in
            var index = 0
            while index < pixels.count {
                let grey = pixels[index]
                let end = ByteRuns.end(of: grey, in: pixels.baseAddress!, from: index + 1, end: pixels.count)
                counts[Int(grey)] += end - index
                index = end
            }
        }
        return counts
    }

    private mutating func listColumns() {
        rowStarts.reserveCapacity(height + 1)
        ink.withUnsafeBufferPointer { ink in
            for row in 0 ..< height {
                let (begin, end) = (row * width, (row + 1) * width)
                var index = ByteRuns.end(of: 0, in: ink.baseAddress!, from: begin, end: end)
                while index < end {
                    columns.append(index - begin)
                    index = ByteRuns.end(of: 0, in: ink.baseAddress!, from: index + 1, end: end)
                }
                rowStarts.append(columns.count)
            }
        }
    }

    /// The columns of a row that have ink, from the left.
    func inkedColumns(ofRow row: Int) -> ArraySlice<Int> { columns[rowStarts[row] ..< rowStarts[row + 1]] }
}

/// The 8-connected pieces of ink: union–find over its pixels, numbered row by row from the top.
private struct InkPieces {
    private var parent: [Int] = []

    init(of strengths: InkStrengths) {
        // Of a row and the one above it, with a column on both sides: the pixels' numbers, -1 where there is no ink.
        let blank = [Int](repeating: -1, count: strengths.width + 2)
        var (above, here) = (blank, blank)
        for y in 0 ..< strengths.height {
            for x in strengths.inkedColumns(ofRow: y) {
                let number = parent.count
                parent.append(number)
                here[x + 1] = number
                if here[x] >= 0 { join(number, here[x]) }
                for neighbour in x ... x + 2 where above[neighbour] >= 0 { join(number, above[neighbour]) }
            }
            swap(&above, &here)
            for x in here.indices { here[x] = -1 }
        }
    }

    /// Pixels of each piece.
    var sizes: [Int] {
        var counts = [Int](repeating: 0, count: parent.count)
        for number in parent.indices {
            // A pixel's parent is an earlier one, so that going down every count is whole when it is handed on.
            let last = parent.count - 1 - number
            counts[last] += 1
            if parent[last] != last {
                counts[parent[last]] += counts[last]
                counts[last] = 0
            }
        }
        return counts.filter { $0 > 0 }
    }

    private mutating func root(_ number: Int) -> Int {
        var number = number
        while parent[number] != number {
            parent[number] = parent[parent[number]]
            number = parent[number]
        }
        return number
    }

    private mutating func join(_ a: Int, _ b: Int) {
        let (first, second) = (root(a), root(b))
        // The earlier pixel is the root, so the result does not depend on the order of joins.
        if first < second { parent[second] = first } else { parent[first] = second }
    }
}
