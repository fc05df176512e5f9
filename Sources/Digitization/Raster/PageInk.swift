import Imaging

/// Ink and grid of a page, separated and corrected for uneven light.
///
/// Grid lines are colored or gray, the pen is dark in all channels. The brightest channel therefore shows the ink almost
/// without the grid, the darkest channel shows both.
struct PageInk {
    let width: Int
    let height: Int
    /// height × width, row-major: the part of the pixel that the pen covers, 0…255.
    var ink: [UInt8]
    /// height × width, row-major: the darkness of the darkest channel, 0…255. Empty after straightening.
    var grid: [UInt8]
    /// Contrast of the ink to the paper, 0…1.
    let inkContrast: Double
    /// The darkness of the grid in the ink's channel, as a part of the ink's darkness.
    let gridShare: Double

    /// Separates the page.
    ///
    /// - Parameters:
    ///   - subtractsShading: whether darkness that is wider than the pen counts as shading.
    ///   - keepsPaleInk: whether ink that is hardly darker than the grid keeps its darkness.
    init(_ page: Page, subtractsShading: Bool = false, keepsPaleInk: Bool = false) {
        let paper = PaperColor(of: page)
        let (width, height) = (page.width, page.height)
        var ink = [UInt8](repeating: 0, count: width * height)
        var grid = [UInt8](repeating: 0, count: width * height)
        paper.darkness(of: page, brightest: &ink, darkest: &grid)
        if subtractsShading { Self.subtractShading(&ink, width: width, height: height) }
        let level = InkLevel(darkness: ink, width: width, height: height)
        var table = [UInt8](repeating: 0, count: 256)
        for value in 0 ..< 256 {
            var coverage = (Float(value) - level.floor) / max(1, level.ink - level.floor)
            if keepsPaleInk {
                coverage = Float(value) / level.ink * min(1, (Float(value) - level.floor) / (Self.knee * level.floor))
            }
            table[value] = UInt8(max(0, min(255, (coverage * 255).rounded())))
        }
        let cap = UInt8(max(0, min(255, level.ink * 0.8)))
        ink.withUnsafeMutableBufferPointer { ink in
            grid.withUnsafeMutableBufferPointer { grid in
                table.withUnsafeBufferPointer { table in
                    for index in 0 ..< ink.count {
                        let coverage = table[Int(ink[index])]
                        ink[index] = coverage
                        // The pen hides the grid: such pixels say nothing about it.
                        if coverage > 127 { grid[index] = 0 } else { grid[index] = min(grid[index], cap) }
                    }
                }
            }
        }
        self.width = width
        self.height = height
        self.ink = ink
        self.grid = grid
        inkContrast = Double(level.ink) / 255
        gridShare = Double(level.floor / max(1, level.ink))
    }

    /// Part of the floor over which pale ink comes up to its darkness.
    private static let knee: Float = 0.3

    /// Subtracts darkness that is wider than the pen: edges of shadows, the table around the paper.
    ///
    /// The shading is the opening of the darkness by a square that is wider than any stroke. It is computed on blocks of
    /// 4 × 4 pixels and interpolated.
    static func subtractShading(_ darkness: inout [UInt8], width: Int, height: Int) {
        let block = 4
        let (columns, rows) = (width / block, height / block)
        // Strokes are thinner than 2.5 mm, and a page is about 280 mm wide.
        let reach = max(2, Int((2.5 * Double(width) / 280 / Double(block)).rounded() / 2))
        guard columns > 2 * reach, rows > 2 * reach else { return }
        var shading = [UInt8](repeating: 255, count: columns * rows)
        darkness.withUnsafeBufferPointer { darkness in
            shading.withUnsafeMutableBufferPointer { shading in
                for row in 0 ..< rows {
                    for column in 0 ..< columns {
                        var least = UInt8.max
                        for y in row * block ..< row * block + block {
                            for x in column * block ..< column * block + block {
                                least = min(least, darkness[y * width + x])
                            }
                        }
                        shading[row * columns + column] = least
                    }
                }
            }
        }
        // A few levels of shading do not matter.
        guard shading.contains(where: { $0 > 16 }) else { return }
        shading = filtered(shading, columns: columns, rows: rows, reach: reach, by: { min($0, $1) })
        shading = filtered(shading, columns: columns, rows: rows, reach: reach, by: { max($0, $1) })
        darkness.withUnsafeMutableBufferPointer { darkness in
            shading.withUnsafeBufferPointer { shading in
                for y in 0 ..< height {
                    let down = max(0, min(rows * 8 - 8, (2 * y + 1) - 4))
                    let top = min(down / 8, rows - 2)
                    let lower = down - 8 * top
                    for x in 0 ..< width {
                        let right = max(0, min(columns * 8 - 8, (2 * x + 1) - 4))
                        let left = min(right / 8, columns - 2)
                        let part = right - 8 * left
                        let place = top * columns + left
                        let above = Int(shading[place]) * (8 - part) + Int(shading[place + 1]) * part
                        let below =
                            Int(shading[place + columns]) * (8 - part) + Int(shading[place + columns + 1]) * part
                        let value = (above * (8 - lower) + below * lower) >> 6
                        darkness[y * width + x] = UInt8(max(0, Int(darkness[y * width + x]) - value))
                    }
                }
            }
        }
    }

    /// Returns the least or largest value of the square around each place.
    private static func filtered(
        _ values: [UInt8], columns: Int, rows: Int, reach: Int, by choose: (UInt8, UInt8) -> UInt8
    ) -> [UInt8] {
        var across = values
        for row in 0 ..< rows {
            for column in 0 ..< columns {
                var value = values[row * columns + column]
                for other in max(0, column - reach) ... min(columns - 1, column + reach) {
                    value = choose(value, values[row * columns + other])
                }
                across[row * columns + column] = value
            }
        }
        var result = across
        for row in 0 ..< rows {
            for other in max(0, row - reach) ... min(rows - 1, row + reach) where other != row {
                for column in 0 ..< columns {
                    result[row * columns + column] = choose(
                        result[row * columns + column], across[other * columns + column])
                }
            }
        }
        return result
    }

    /// Erases lines of ink along the border: frames of drawn pages and the edges of scans.
    ///
    /// - Parameter reach: pixels from the border.
    mutating func eraseFrame(reach: Int) {
        let (width, height) = (width, height)
        guard width > 4 * reach, height > 4 * reach else { return }
        ink.withUnsafeMutableBufferPointer { ink in
            for row in Array(0 ..< reach) + Array(height - reach ..< height) {
                var count = 0
                for column in 0 ..< width where ink[row * width + column] > 64 { count += 1 }
                if count * 2 > width { for column in 0 ..< width { ink[row * width + column] = 0 } }
            }
            for column in Array(0 ..< reach) + Array(width - reach ..< width) {
                var count = 0
                for row in 0 ..< height where ink[row * width + column] > 64 { count += 1 }
                if count * 2 > height { for row in 0 ..< height { ink[row * width + column] = 0 } }
            }
        }
    }

    /// Creates straightened ink.
    init(width: Int, height: Int, ink: [UInt8], like other: PageInk) {
        self.width = width
        self.height = height
        self.ink = ink
        grid = []
        inkContrast = other.inkContrast
        gridShare = other.gridShare
    }
}

/// The darkness of the pen and of the grid in the brightest channel, 0…255.
private struct InkLevel {
    /// Darkness of a pixel that the pen covers.
    var ink: Float
    /// Darkness below which a pixel belongs to paper or grid.
    var floor: Float

    /// Lines across the page that a grid has at least. Fewer pale lines are traces: a thin pen leaves pale ink.
    private static let leastLines = 12.0

    /// Estimates both from the local maxima along columns: each line of the page makes one in each column.
    init(darkness: [UInt8], width: Int, height: Int) {
        var histogram = [Int](repeating: 0, count: 256)
        darkness.withUnsafeBufferPointer { darkness in
            for row in stride(from: 1, to: height - 1, by: 1) {
                let base = row * width
                for column in stride(from: row & 1, to: width, by: 2) {
                    let value = darkness[base + column]
                    if value > 8, value >= darkness[base + column - width], value > darkness[base + column + width] {
                        histogram[Int(value)] += 2
                    }
                }
            }
        }
        // A page has at least one line of ink over most of its width.
        var remaining = width * 3 / 4
        var top = 255
        while top > 20, remaining > histogram[top] {
            remaining -= histogram[top]
            top -= 1
        }
        let ink = Float(top)
        // Otsu's threshold below the ink's level separates the maxima of the grid from those of the pen.
        var counts = [Double](repeating: 0, count: 256)
        for value in 9 ..< 256 { counts[min(value, top)] += Double(histogram[value]) }
        let total = counts.reduce(0, +)
        let sum = counts.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
        var (below, belowSum, best, threshold) = (0.0, 0.0, -1.0, 9)
        for value in 9 ..< max(10, top) {
            below += counts[value]
            belowSum += Double(value) * counts[value]
            guard below > 0, below < total else { continue }
            let difference = belowSum / below - (sum - belowSum) / (total - below)
            let between = below * (total - below) * difference * difference
            if between > best { (best, threshold) = (between, value) }
        }
        var lower = counts[9 ... threshold].reduce(0, +)
        var floor = Float(12)
        if lower > Double(width) * Self.leastLines {
            lower *= 0.9
            var value = 9
            while value < threshold, lower > counts[value] {
                lower -= counts[value]
                value += 1
            }
            floor = max(floor, Float(value))
        }
        self.ink = max(ink, 24)
        self.floor = min(floor, 0.5 * ink)
    }
}
