/// The colour of the paper, which light may let vary over the page.
///
/// The page is cut into up to 8 × 8 blocks. A block's paper is, channel by channel, the median of its pixels: ink and
/// grid cover less than half of it. Where a block is mostly ink, the median over its neighbours corrects it; at the
/// rim these are the neighbours along the rim. Between the blocks' centres paper is interpolated, beyond the outer
/// ones extrapolated.
struct PaperMap {
    /// Blocks across and down.
    let columns: Int
    let rows: Int
    /// rows × columns × 3.
    let colours: [UInt8]

    /// A page with a side under 16 pixels is one block along it.
    static let blocks = 8

    init(_ page: Page) {
        columns = min(Self.blocks, max(1, page.width / 8))
        rows = min(Self.blocks, max(1, page.height / 8))
        let medians = Self.medians(page, columns: columns, rows: rows)
        colours = Self.smoothed(medians, columns: columns, rows: rows)
    }

    /// The one colour of paper without shades, or nil.
    var uniform: (red: UInt8, green: UInt8, blue: UInt8)? {
        Self.areAlike(colours) ? (colours[0], colours[1], colours[2]) : nil
    }

    /// Whether colours of 3 bytes each are all the same.
    private static func areAlike(_ colours: [UInt8]) -> Bool { colours.dropFirst(3).elementsEqual(colours.dropLast(3)) }

    /// The median colour over the blocks.
    var median: [UInt8] {
        (0 ..< 3).map { channel in
            let values = stride(from: channel, to: colours.count, by: 3).map { colours[$0] }.sorted()
            return values[(values.count - 1) / 2]
        }
    }

    private static func medians(_ page: Page, columns: Int, rows: Int) -> [UInt8] {
        var counts = [Int32](repeating: 0, count: 3 * 256)
        var plain = page.plain
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
                        // Paper is mostly of one colour; counting says the same but takes longer.
                        var median = plain.colour
                        if !block.isMostly(plain) {
                            median = block.median(counts)
                            if medians.isEmpty { plain = PlainParts(of: page.pixels, colour: median) }
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
                // A window that is cut off on one side only would pull shaded paper towards the middle.
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
        /// The place of the lower median in the order of the pixels.
        private var middle: Int { (count - 1) / 2 }

        private func row(_ y: Int) -> UnsafePointer<UInt8> { pixels + 3 * (y * pageWidth + left) }

        /// Whether so many pixels are plain that their colour is the median of every channel.
        func isMostly(_ plain: PlainParts) -> Bool {
            var (same, others) = (0, 0)
            for y in top ..< bottom {
                let differing = plain.others(among: y * pageWidth + left ..< y * pageWidth + right)
                others += differing
                same += right - left - differing
                if others > middle { return false }
                if same >= count - middle { return true }
            }
            return true
        }

        /// - Parameter counts: room for 3 × 256.
        func median(_ counts: UnsafeMutableBufferPointer<Int32>) -> PlainColour {
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
            return PlainColour(red: level(0), green: level(1), blue: level(2))
        }
    }

    /// The paper under each pixel of one row of the page.
    ///
    /// - Parameter out: room for width × 3, RGB interleaved, 0…255.
    func row(_ y: Int, width: Int, height: Int, into out: UnsafeMutablePointer<Float>) {
        let (upper, lower, share) = Self.neighbours(of: y, count: height, blocks: rows)
        let line = (0 ..< 3 * columns).map { index in
            let (above, below) = (
                Float(colours[3 * columns * upper + index]), Float(colours[3 * columns * lower + index])
            )
            return above + share * (below - above)
        }
        line.withUnsafeBufferPointer { line in
            for x in 0 ..< width {
                let (left, right, share) = Self.neighbours(of: x, count: width, blocks: columns)
                for channel in 0 ..< 3 {
                    let (before, after) = (line[3 * left + channel], line[3 * right + channel])
                    out[3 * x + channel] = min(max(before + share * (after - before), 0), 255)
                }
            }
        }
    }

    /// The two blocks whose centres a pixel lies between (or beyond), and how far it is from the first to the second.
    private static func neighbours(of pixel: Int, count: Int, blocks: Int) -> (Int, Int, Float) {
        guard blocks > 1 else { return (0, 0, 0) }
        let position = (Float(pixel) + 0.5) * Float(blocks) / Float(count) - 0.5
        let first = min(max(Int(position.rounded(.down)), 0), blocks - 2)
        return (first, first + 1, position - Float(first))
    }
}
