import Imaging

/// A prepared picture whose windows can be covered with paper, one at a time.
///
/// Windows lie on a grid of 14 × 14 cells (16 × 16 pixels each in a picture of 224 × 224). Each covers 2 × 2 cells, so
/// neighbors overlap by half. Windows without ink are omitted because covering them changes nothing.
struct OccludedPicture: Sendable {
    /// Cells along each side of the grid.
    static let cells = 14

    /// A window, given by the column and row of its top left cell.
    struct Window: Equatable, Sendable {
        let column: Int
        let row: Int
    }

    let picture: GrayImage
    /// The windows that contain ink, row by row from the top.
    let windows: [Window]
    /// Whether each of the cells × cells contains ink.
    let inked: [Bool]
    private let paper: UInt8

    /// - Precondition: The picture is at least 14 pixels wide and high.
    init(_ picture: GrayImage) {
        precondition(min(picture.width, picture.height) >= Self.cells, "the picture needs at least one pixel per cell")
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

    /// Returns the picture with a window covered by paper.
    func covered(_ window: Window) -> GrayImage {
        var covered = picture
        let columns = Self.pixels(window.column ..< window.column + 2, of: picture.width)
        for y in Self.pixels(window.row ..< window.row + 2, of: picture.height) {
            for x in columns { covered.pixels[y * picture.width + x] = paper }
        }
        return covered
    }

    /// Returns the pixels of a range of cells along a side of `length` pixels.
    private static func pixels(_ range: Range<Int>, of length: Int) -> Range<Int> {
        range.lowerBound * length / cells ..< range.upperBound * length / cells
    }

    /// Ink differs from paper by at least a quarter of full contrast.
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
    /// The four cells of the window.
    var cellIndices: [Int] {
        let first = row * OccludedPicture.cells + column
        return [first, first + 1, first + OccludedPicture.cells, first + OccludedPicture.cells + 1]
    }
}
