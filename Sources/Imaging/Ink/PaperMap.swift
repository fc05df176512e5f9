/// The color of the paper, which may vary over the page with the light.
///
/// The page is divided into up to 8 × 8 blocks. A block's paper is the median of its pixels in each channel, because
/// ink and grid cover less than half of it. Where a block is mostly ink, the median over its neighbors corrects it; at
/// the border, over the neighbors along the border. The paper is interpolated between the blocks' centers and
/// extrapolated beyond the outer ones.
struct PaperMap {
    /// Numbers of blocks across and down.
    let columns: Int
    let rows: Int
    /// rows × columns × 3.
    let colors: [UInt8]

    /// The number of blocks along a side. A side shorter than 16 pixels is one block.
    static let blocks = 8

    init(_ page: Page) {
        columns = min(Self.blocks, max(1, page.width / 8))
        rows = min(Self.blocks, max(1, page.height / 8))
        let medians = Self.medians(page, columns: columns, rows: rows)
        colors = Self.smoothed(medians, columns: columns, rows: rows)
    }

    /// The color of paper without shades; nil if it varies.
    var uniform: (red: UInt8, green: UInt8, blue: UInt8)? {
        Self.areAlike(colors) ? (colors[0], colors[1], colors[2]) : nil
    }

    /// Whether all colors of 3 bytes each are equal.
    private static func areAlike(_ colors: [UInt8]) -> Bool { colors.dropFirst(3).elementsEqual(colors.dropLast(3)) }

    /// The median color over the blocks.
    var median: [UInt8] {
        (0 ..< 3).map { channel in
            let values = stride(from: channel, to: colors.count, by: 3).map { colors[$0] }.sorted()
            return values[(values.count - 1) / 2]
        }
    }

    private static func medians(_ page: Page, columns: Int, rows: Int) -> [UInt8] {
        var counts = [Int32](repeating: 0, count: 3 * 256)
        var solid = page.solid
        return page.pixels.withUnsafeBufferPointer { pixels in
            counts.withUnsafeMutableBufferPointer { counts in
                var medians: [UInt8] = []
                medians.reserveCapacity(3 * rows * columns)
                for row in 0 ..< rows {
                    for column in 0 ..< columns {
                        let block = Block(
                            pixels: pixels.baseAddress!, pageWidth: page.width,
                            top: row * page.height / rows, bottom: (row + 1) * page.height / rows,
                            left: column * page.width / columns, right: (column + 1) * page.width / columns)
                        // Most blocks are of one color; counting gives the same median but takes longer.
                        var median = solid.color
                        if !block.isMostly(solid) {
                            median = block.median(counts)
                            if medians.isEmpty { solid = SolidOctets(of: page.pixels, color: median) }
                        }
                        medians += [median.red, median.green, median.blue]
                    }
                }
                return medians
            }
        }
    }

    private static func smoothed(_ medians: [UInt8], columns: Int, rows: Int) -> [UInt8] {
        if areAlike(medians) { return medians }
        var smoothed = medians
        var values: [UInt8] = []
        for row in 0 ..< rows {
            for column in 0 ..< columns {
                // A window that is cut off on one side only would shift shaded paper toward the middle.
                let reachAcross = min(1, column, columns - 1 - column)
                let reachDown = min(1, row, rows - 1 - row)
                for channel in 0 ..< 3 {
                    values.removeAll(keepingCapacity: true)
                    for y in row - reachDown ... row + reachDown {
                        for x in column - reachAcross ... column + reachAcross {
                            values.append(medians[3 * (y * columns + x) + channel])
                        }
                    }
                    values.sort()
                    smoothed[3 * (row * columns + column) + channel] = values[values.count / 2]
                }
            }
        }
        return smoothed
    }
}

extension PaperMap {
    /// A part of a page.
    private struct Block {
        let pixels: UnsafePointer<UInt8>
        let pageWidth: Int
        let top: Int
        let bottom: Int
        let left: Int
        let right: Int

        private var count: Int { (bottom - top) * (right - left) }
        /// The index of the lower median in sorted order.
        private var middle: Int { (count - 1) / 2 }

        private func row(_ y: Int) -> UnsafePointer<UInt8> { pixels + 3 * (y * pageWidth + left) }

        /// Whether more than half of the pixels have the same color, which is then the median of every channel.
        func isMostly(_ solid: SolidOctets) -> Bool {
            var (same, others) = (0, 0)
            for y in top ..< bottom {
                let mixed = solid.mixedPixels(in: y * pageWidth + left ..< y * pageWidth + right)
                others += mixed
                same += right - left - mixed
                if others > middle { return false }
                if same >= count - middle { return true }
            }
            return true
        }

        /// - Parameter counts: memory for 3 × 256 numbers.
        func median(_ counts: UnsafeMutableBufferPointer<Int32>) -> SolidColor {
            counts.update(repeating: 0)
            for y in top ..< bottom {
                let row = row(y)
                for x in 0 ..< right - left {
                    counts[Int(row[3 * x])] &+= 1
                    counts[256 + Int(row[3 * x + 1])] &+= 1
                    counts[512 + Int(row[3 * x + 2])] &+= 1
                }
            }
            func level(_ channel: Int) -> UInt8 {
                var (level, below) = (0, Int(counts[256 * channel]))
                while below <= middle {
                    level += 1
                    below += Int(counts[256 * channel + level])
                }
                return UInt8(level)
            }
            return SolidColor(red: level(0), green: level(1), blue: level(2))
        }
    }

    /// Computes the paper under each pixel of one row of the page.
    ///
    /// - Parameter out: memory for width × 3, RGB interleaved, 0…255.
    func row(_ y: Int, width: Int, height: Int, into out: UnsafeMutablePointer<Float>) {
        let (upper, lower, share) = Self.neighbors(of: y, count: height, blocks: rows)
        let line = (0 ..< 3 * columns).map { index in
            let (above, below) = (
                Float(colors[3 * columns * upper + index]), Float(colors[3 * columns * lower + index])
            )
            return above + share * (below - above)
        }
        line.withUnsafeBufferPointer { line in
            for x in 0 ..< width {
                let (left, right, share) = Self.neighbors(of: x, count: width, blocks: columns)
                for channel in 0 ..< 3 {
                    let (before, after) = (line[3 * left + channel], line[3 * right + channel])
                    out[3 * x + channel] = min(max(before + share * (after - before), 0), 255)
                }
            }
        }
    }

    /// Returns the two blocks around (or nearest to) a pixel, and its position from the first center to the second.
    private static func neighbors(of pixel: Int, count: Int, blocks: Int) -> (Int, Int, Float) {
        guard blocks > 1 else { return (0, 0, 0) }
        let position = (Float(pixel) + 0.5) * Float(blocks) / Float(count) - 0.5
        let first = min(max(Int(position.rounded(.down)), 0), blocks - 2)
        return (first, first + 1, position - Float(first))
    }
}
