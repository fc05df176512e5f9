/// Erases grid lines that are as dark as the pen, as on black-and-white copies.
///
/// Only lines over most of the page count, and vertical lines whole millimeters apart, so that flat traces stay. Lines
/// are searched in blocks of the page, because they can drift a little. Where the ink across a line is thicker than the
/// line, a trace passes: it stays.
struct GridLines {
    /// Ink that is part of a line.
    private static let least: UInt8 = 31
    /// Share of a block's length that a line covers.
    private static let coverage = 0.5
    /// Share of the page that a line covers which has no regular neighbors. A trace leaves the level of its row.
    private static let horizontalShare = 0.9
    private static let verticalShare = 0.7
    /// Distance in mm by which a line drifts between the blocks of a page.
    private static let drift = 0.6
    /// Distance in mm between neighboring vertical lines, some of which a copy can lose.
    private static let longestStep = 6.0
    private static let fewestLines = 5

    private let scale: Double

    init(pixelsPerMillimeter: Double) { scale = pixelsPerMillimeter }

    /// Erases the lines of a straight page.
    ///
    /// - Returns: the number of lines, summed over blocks.
    @discardableResult
    func erase(from page: inout PageInk) -> Int {
        let (width, height) = (page.width, page.height)
        let original = page.ink
        return original.withUnsafeBufferPointer { source in
            page.ink.withUnsafeMutableBufferPointer { ink in
                // Flat traces look like horizontal lines; only a grid has vertical lines, too.
                let vertical = erase(source, &ink, places: width, placeStride: 1, length: height, stride: width)
                guard vertical >= Self.fewestLines else { return 0 }
                return vertical + erase(source, &ink, places: height, placeStride: width, length: width, stride: 1)
            }
        }
    }

    /// Erases the lines along one axis; `places` are the positions across the lines.
    private func erase(
        _ source: UnsafeBufferPointer<UInt8>, _ ink: inout UnsafeMutableBufferPointer<UInt8>, places: Int,
        placeStride: Int, length: Int, stride: Int
    ) -> Int {
        let count = max(1, Int((Double(length) / scale / 60).rounded()))
        let ranges = (0 ..< count).map { $0 * length / count ..< ($0 + 1) * length / count }
        let blocks = ranges.map { range in
            lines(
                counts(source, range, places: places, stride: stride), least: Int(Self.coverage * Double(range.count)))
        }
        let reach = Self.drift * scale
        var total = 0
        for (range, lines) in zip(ranges, blocks) {
            let isVertical = stride != 1
            let regular = isVertical ? regular(lines) : []
            for (index, line) in lines.enumerated() {
                let covered = blocks.reduce(0) { sum, block in
                    sum + (block.filter { abs($0.middle - line.middle) <= reach }.map(\.count).max() ?? 0)
                }
                let share = isVertical ? Self.verticalShare : Self.horizontalShare
                guard regular.contains(index) || Double(covered) >= share * Double(length) else { continue }
                total += 1
                for position in range {
                    var first = line.places.lowerBound
                    var last = line.places.upperBound - 1
                    let offset = position * stride
                    while first <= last, source[first * placeStride + offset] < Self.least { first += 1 }
                    guard first <= last else { continue }
                    while source[last * placeStride + offset] < Self.least { last -= 1 }
                    while first > 0, source[(first - 1) * placeStride + offset] >= Self.least { first -= 1 }
                    while last + 1 < places, source[(last + 1) * placeStride + offset] >= Self.least { last += 1 }
                    guard last - first + 1 <= line.places.count + 1 else { continue }
                    for place in first ... last { ink[place * placeStride + offset] = 0 }
                }
            }
        }
        return total
    }

    /// Returns for each place the number of pixels with ink.
    private func counts(
        _ source: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, places: Int, stride: Int
    ) -> [Int] {
        var counts = [Int](repeating: 0, count: places)
        counts.withUnsafeMutableBufferPointer { counts in
            if stride == 1 {
                let width = source.count / places
                for place in 0 ..< places {
                    var count = 0
                    for index in range where source[place * width + index] >= Self.least { count += 1 }
                    counts[place] = count
                }
            } else {
                for index in range {
                    for place in 0 ..< places where source[index * stride + place] >= Self.least { counts[place] += 1 }
                }
            }
        }
        return counts
    }

    private struct Line {
        var places: Range<Int>
        /// Covered pixels.
        var count: Int
        var middle: Double { Double(places.lowerBound + places.upperBound) / 2 }
    }

    /// Returns neighboring places that are covered enough, at most 0.8 mm together.
    private func lines(_ counts: [Int], least: Int) -> [Line] {
        var result: [Line] = []
        var start: Int?
        for place in 0 ... counts.count {
            let isLine = place < counts.count && counts[place] >= least
            if isLine {
                start = start ?? place
            } else if let first = start {
                if Double(place - first) <= max(3, 0.8 * scale) {
                    result.append(Line(places: first ..< place, count: counts[first ..< place].max()!))
                }
                start = nil
            }
        }
        return result
    }

    /// Returns the longest chain of lines whole millimeters apart.
    private func regular(_ lines: [Line]) -> [Int] {
        var best: [Int] = []
        var chains: [[Int]] = []
        for index in lines.indices {
            chains.append([index])
            for before in (0 ..< index).reversed() {
                let step = (lines[index].middle - lines[before].middle) / scale
                if step > Self.longestStep + 0.5 { break }
                guard step > 0.7, abs(step - step.rounded()) <= 0.25 else { continue }
                if chains[before].count + 1 > chains[index].count { chains[index] = chains[before] + [index] }
            }
            if chains[index].count > best.count { best = chains[index] }
        }
        return best.count < Self.fewestLines ? [] : best
    }
}
