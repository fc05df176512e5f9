import Imaging

/// The color of the paper at every place of a page.
///
/// Light is uneven in photos. Blocks of pixels give a bright percentile for each channel; between block centers it is
/// interpolated bilinearly.
struct PaperColor {
    private static let block = 64
    private let columns: Int
    private let rows: Int
    /// rows × columns × 3: the paper's value in 0…255.
    private let levels: [Float]
    private let isConstant: Bool

    init(of page: Page) {
        let block = Self.block
        let columns = max(1, page.width / block)
        let rows = max(1, page.height / block)
        var levels = [Float](repeating: 0, count: rows * columns * 3)
        var histogram = [Int](repeating: 0, count: 3 * 256)
        page.pixels.withUnsafeBufferPointer { pixels in
            for row in 0 ..< rows {
                for column in 0 ..< columns {
                    for index in 0 ..< 768 { histogram[index] = 0 }
                    let bottom = row == rows - 1 ? page.height : (row + 1) * block
                    let right = column == columns - 1 ? page.width : (column + 1) * block
                    var count = 0
                    // Every third pixel, on shifted lines, so that no grid line is sampled as a whole.
                    for y in stride(from: row * block, to: bottom, by: 3) {
                        for x in stride(from: column * block + y / 3 % 3, to: right, by: 3) {
                            let index = 3 * (y * page.width + x)
                            histogram[Int(pixels[index])] += 1
                            histogram[256 + Int(pixels[index + 1])] += 1
                            histogram[512 + Int(pixels[index + 2])] += 1
                            count += 1
                        }
                    }
                    for channel in 0 ..< 3 {
                        var remaining = count / 8
                        var value = 255
                        while value > 0, remaining >= histogram[256 * channel + value] {
                            remaining -= histogram[256 * channel + value]
                            value -= 1
                        }
                        levels[3 * (row * columns + column) + channel] = Float(max(value, 24))
                    }
                }
            }
        }
        self.columns = columns
        self.rows = rows
        self.levels = levels
        let constant = (0 ..< 3).allSatisfy { channel in
            let values = stride(from: channel, to: levels.count, by: 3).map { levels[$0] }
            return values.max()! - values.min()! <= 3
        }
        isConstant = constant
    }

    /// Writes the darkness of the brightest and the darkest channel relative to the paper, 0…255.
    func darkness(of page: Page, brightest: inout [UInt8], darkest: inout [UInt8]) {
        let (width, height) = (page.width, page.height)
        // Weights in 1/4096: 255 / paper.
        var weights = [UInt32](repeating: 0, count: 3 * width)
        page.pixels.withUnsafeBufferPointer { pixels in
            brightest.withUnsafeMutableBufferPointer { brightest in
                darkest.withUnsafeMutableBufferPointer { darkest in
                    for y in 0 ..< height {
                        if y == 0 || (!isConstant && y % 4 == 0) { fillWeights(&weights, y: y, width: width) }
                        weights.withUnsafeBufferPointer { weights in
                            let base = y * width
                            for x in 0 ..< width {
                                let red = (UInt32(pixels[3 * (base + x)]) &* weights[3 * x]) >> 12
                                let green = (UInt32(pixels[3 * (base + x) + 1]) &* weights[3 * x + 1]) >> 12
                                let blue = (UInt32(pixels[3 * (base + x) + 2]) &* weights[3 * x + 2]) >> 12
                                let high = min(255, max(red, max(green, blue)))
                                let low = min(255, min(red, min(green, blue)))
                                brightest[base + x] = UInt8(truncatingIfNeeded: 255 &- high)
                                darkest[base + x] = UInt8(truncatingIfNeeded: 255 &- low)
                            }
                        }
                    }
                }
            }
        }
    }

    private func fillWeights(_ weights: inout [UInt32], y: Int, width: Int) {
        let block = Float(Self.block)
        let row = max(0, min(Float(rows - 1), (Float(y) + 0.5) / block - 0.5))
        let top = min(Int(row), max(0, rows - 2))
        let down = rows > 1 ? row - Float(top) : 0
        let below = rows > 1 ? columns : 0
        for x in 0 ..< width {
            let column = max(0, min(Float(columns - 1), (Float(x) + 0.5) / block - 0.5))
            let left = min(Int(column), max(0, columns - 2))
            let right = columns > 1 ? column - Float(left) : 0
            let next = columns > 1 ? 1 : 0
            for channel in 0 ..< 3 {
                func level(_ cell: Int) -> Float { levels[3 * cell + channel] }
                let cell = top * columns + left
                let upper = level(cell) * (1 - right) + level(cell + next) * right
                let lower = level(cell + below) * (1 - right) + level(cell + below + next) * right
                let paper = upper * (1 - down) + lower * down
                weights[3 * x + channel] = UInt32(255 * 4096 / paper)
            }
        }
    }
}
