import Imaging

/// A prepared picture and what is left of it with paper laid over one window at a time.
///
/// Windows lie on a grid of 14 × 14 cells (16 pixels each of a picture of 224) and cover 2 × 2 of them, so that
/// neighbours overlap by half. A window over nothing but paper changes nothing and is not made.
struct OccludedPicture: Sendable {
    /// Cells along each side of the grid.
    static let cells = 14

    /// A window, by the column and row of its top left cell.
    struct Window: Equatable, Sendable {
        let column: Int
        let row: Int
    }

    let picture: GrayImage
    /// The windows that hold ink, row by row from the top.
    let windows: [Window]
    /// cells × cells: whether a cell holds ink.
    let inked: [Bool]
    private let paper: UInt8

    /// - Precondition: at least 14 pixels wide and high.
    init(_ picture: GrayImage) {
        precondition(min(picture.width, picture.height) >= Self.cells, "a picture of less than a pixel for each cell")
        self.picture = picture
        paper = Self.median(of: picture)
        var inked = [Bool](repeating: false, count: Self.cells * Self.cells)
        for row in 0 ..< Self.cells {
            for column in 0 ..< Self.cells {
                inked[row * Self.cells + column] = Self.holdsInk(
                    picture, paper: paper, columns: Self.pixels(column ..< column + 1, of: picture.width),
                    rows: Self.pixels(row ..< row + 1, of: picture.height))
            }
        }
        self.inked = inked
        windows = (0 ..< Self.cells - 1).flatMap { row in
            (0 ..< Self.cells - 1).map { Window(column: $0, row: row) }
        }.filter { window in window.cellIndices.contains { inked[$0] } }
    }

    /// The picture with paper over a window.
    func covered(_ window: Window) -> GrayImage {
        var covered = picture
        let columns = Self.pixels(window.column ..< window.column + 2, of: picture.width)
        for y in Self.pixels(window.row ..< window.row + 2, of: picture.height) {
            for x in columns { covered.pixels[y * picture.width + x] = paper }
        }
        return covered
    }

    /// The pixels of a range of cells along a side of `length` pixels.
    private static func pixels(_ range: Range<Int>, of length: Int) -> Range<Int> {
        range.lowerBound * length / cells ..< range.upperBound * length / cells
    }

    /// Anything a quarter of full contrast away from the paper is ink.
    private static func holdsInk(_ picture: GrayImage, paper: UInt8, columns: Range<Int>, rows: Range<Int>) -> Bool {
        rows.contains { y in
            columns.contains { x in abs(Int(picture.pixels[y * picture.width + x]) - Int(paper)) >= 64 }
        }
    }

    private static func median(of picture: GrayImage) -> UInt8 {
        var counts = [Int](repeating: 0, count: 256)
        for pixel in picture.pixels { counts[Int(pixel)] += 1 }
        var (level, below) = (0, counts[0])
        while 2 * below < picture.pixels.count {
            level += 1
            below += counts[level]
        }
        return UInt8(level)
    }
}

extension OccludedPicture.Window {
    /// The four cells that it covers.
    var cellIndices: [Int] {
        let first = row * OccludedPicture.cells + column
        return [first, first + 1, first + OccludedPicture.cells, first + OccludedPicture.cells + 1]
    }
}
