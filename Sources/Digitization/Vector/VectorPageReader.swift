/// Reads the page of a vector PDF: its grid, traces and calibration pulses.
struct VectorPageReader {
    /// Distance of the points of a trace in mm: 2 ms at 25 mm/s.
    static let spacing = 0.05

    let drawing: VectorDrawing
    /// Words with boxes in points.
    let words: [PageWord]

    /// - Returns: nil if the drawing has no traces.
    func page() -> ReadPage? {
        let turn = QuarterTurn(drawing)
        let grid = VectorGrid(drawing)
        // Points per mm along the axes of the upright page.
        let (scaleX, scaleY) = turn == .none ? (grid.x, grid.y) : (grid.y, grid.x)
        // Lines of the grid are at multiples of 5 mm.
        let phaseX = turn == .none ? (grid.phase.x / scaleX).truncatingRemainder(dividingBy: 5) : 0
        let phaseY = turn == .none ? (grid.phase.y / scaleY).truncatingRemainder(dividingBy: 5) : 0
        let lines = drawing.lines.map { line in
            var upright = line
            upright.points = line.points.map { point in
                let turned = turn.apply(point, width: drawing.width, height: drawing.height)
                return VectorDrawing.Point(x: turned.x / scaleX - phaseX, y: turned.y / scaleY - phaseY)
            }
            return (line: upright, pen: VectorGrid.Pen(line))
        }
        let found = VectorTraces(lines, gridPens: grid.pens)
        guard !found.pieces.isEmpty else { return nil }
        let rows = VectorRows(found.pieces)
        var traces: [PageTrace] = []
        for (piece, row) in zip(found.pieces, rows.rows) {
            let curve = AkimaInterpolation(x: piece.points.map(\.x), y: piece.points.map(\.y))
            let count = Int(((piece.right - piece.left) / Self.spacing).rounded(.down)) + 1
            guard count > 1, count < 100_000 else { continue }
            traces.append(
                PageTrace(
                    start: piece.left, spacing: Self.spacing,
                    y: curve.values(start: piece.left, spacing: Self.spacing, count: count), row: row))
        }
        traces.sort { ($0.row, $0.start) < ($1.row, $1.start) }
        let pulses = found.pulses.map { pulse in
            var pulse = pulse
            pulse.row = rows.nearest(pulse.bottom)
            return pulse
        }
        let size = turn == .none ? (drawing.width, drawing.height) : (drawing.height, drawing.width)
        return ReadPage(
            kind: .vector, width: size.0 / scaleX, height: size.1 / scaleY,
            grid: PageGrid(
                pixelsPerMillimeterX: scaleX, pixelsPerMillimeterY: scaleY, rotationDegrees: turn.degrees,
                source: grid.source),
            traces: traces,
            words: words.map { word in
                var word = turn.apply(word, width: drawing.width, height: drawing.height, scaleX, scaleY)
                word.left -= phaseX
                word.right -= phaseX
                word.top -= phaseY
                word.bottom -= phaseY
                return word
            }, pulses: pulses,
            mapping: turn.mapping(
                width: drawing.width, height: drawing.height, scaleX, scaleY, phaseX: phaseX, phaseY: phaseY),
            reasons: [])
    }
}

/// A turn by which a page is made upright: time then runs to the right.
enum QuarterTurn: Equatable {
    case none
    /// The traces run upward on the page.
    case clockwise
    /// The traces run downward on the page.
    case counterclockwise

    init(_ drawing: VectorDrawing) {
        var (across, along, downward) = (0.0, 0.0, 0.0)
        for line in drawing.lines where line.stroke != nil && line.points.count >= 20 && !line.isClosed {
            let x = line.points[line.points.count - 1].x - line.points[0].x
            let y = line.points[line.points.count - 1].y - line.points[0].y
            if abs(y) > 3 * abs(x) {
                along += abs(y)
                downward += y
            } else if abs(x) > 3 * abs(y) {
                across += abs(x)
            }
        }
        self = along <= across ? .none : downward < 0 ? .clockwise : .counterclockwise
    }

    /// The page's rotation in degrees, clockwise, that the turn takes back.
    var degrees: Double {
        switch self {
        case .none: 0
        case .clockwise: -90
        case .counterclockwise: 90
        }
    }

    func apply(_ point: VectorDrawing.Point, width: Double, height: Double) -> VectorDrawing.Point {
        switch self {
        case .none: point
        case .clockwise: VectorDrawing.Point(x: height - point.y, y: point.x)
        case .counterclockwise: VectorDrawing.Point(x: point.y, y: width - point.x)
        }
    }

    func apply(_ word: PageWord, width: Double, height: Double, _ scaleX: Double, _ scaleY: Double) -> PageWord {
        let first = apply(VectorDrawing.Point(x: word.left, y: word.top), width: width, height: height)
        let second = apply(VectorDrawing.Point(x: word.right, y: word.bottom), width: width, height: height)
        return PageWord(
            text: word.text, left: min(first.x, second.x) / scaleX, top: min(first.y, second.y) / scaleY,
            right: max(first.x, second.x) / scaleX, bottom: max(first.y, second.y) / scaleY,
            confidence: word.confidence)
    }

    /// The way from mm of the upright page to points of the page as it is in the file.
    func mapping(
        width: Double, height: Double, _ scaleX: Double, _ scaleY: Double, phaseX: Double, phaseY: Double
    ) -> PageMapping {
        let step = 100.0
        func point(_ x: Double, _ y: Double) -> PageMapping.Point {
            let (x, y) = ((x + phaseX) * scaleX, (y + phaseY) * scaleY)
            return switch self {
            case .none: PageMapping.Point(x: x, y: y)
            case .clockwise: PageMapping.Point(x: y, y: height - x)
            case .counterclockwise: PageMapping.Point(x: width - y, y: x)
            }
        }
        return PageMapping(
            columns: 2, rows: 2, spacingX: step, spacingY: step,
            nodes: [point(0, 0), point(step, 0), point(0, step), point(step, step)])
    }
}

/// The rows of a page, from the heights of its pieces of traces.
struct VectorRows {
    /// y of each row in mm, from the top.
    let centers: [Double]
    /// The row of each piece.
    let rows: [Int]

    init(_ pieces: [VectorTraces.Piece]) {
        let middles = pieces.map(\.middle)
        // Pieces above each other: the stack with the most pieces shows all rows.
        var best: [Int] = []
        for anchor in pieces.indices {
            let place = (pieces[anchor].left + min(pieces[anchor].right, pieces[anchor].left + 20)) / 2
            let stack = pieces.indices.filter { pieces[$0].left <= place && pieces[$0].right >= place }
            if stack.count > best.count { best = stack }
        }
        var centers = best.map { middles[$0] }.sorted()
        // A row that the stack lacks has pieces far from all its rows.
        let steps = zip(centers.dropFirst(), centers).map { $0 - $1 }.sorted()
        let usual = steps.isEmpty ? 20 : steps[steps.count / 2]
        for middle in middles.sorted() where !centers.contains(where: { abs($0 - middle) < 0.6 * usual }) {
            centers.append(middle)
            centers.sort()
        }
        self.centers = centers
        // Pieces above each other are in different rows, in the order of their heights.
        var rows = middles.map { Self.nearest($0, centers) }
        for anchor in pieces.indices {
            let place = (pieces[anchor].left + pieces[anchor].right) / 2
            let stack = pieces.indices.filter { pieces[$0].left < place && pieces[$0].right > place }
                .sorted { middles[$0] < middles[$1] }
            if stack.count == centers.count { for (row, index) in stack.enumerated() { rows[index] = row } }
        }
        self.rows = rows
    }

    func nearest(_ y: Double) -> Int { Self.nearest(y, centers) }

    private static func nearest(_ y: Double, _ centers: [Double]) -> Int {
        centers.indices.min { abs(centers[$0] - y) < abs(centers[$1] - y) } ?? 0
    }
}
