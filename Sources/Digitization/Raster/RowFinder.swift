/// Finds the rows of a page: the number of traces that run side by side, and the level of each along the page.
struct RowFinder {
    /// The level of each row in pixels, a value for each `step` columns; rows from top to bottom.
    private(set) var levels: [[Float]] = []
    /// Columns between two values of a level.
    let step: Int
    /// Columns that the traces span.
    private(set) var columns = 0 ..< 0
    /// The last column of halves of pulses at the left edge of a cut page; nil without.
    private(set) var endOfCutPulses: Int?
    /// The cost of each component for a trace: 0 for lines as long as a trace, more for text and specks, infinite for
    /// frames.
    private(set) var cost: [Float]

    init(_ ink: InkRuns, pixelsPerMillimeter scale: Double) {
        step = max(8, Int(10 * scale))
        // Frames and the edges of the paper are straight lines at the border or across the whole page.
        let isFrame = ink.components.map { component in
            let (width, height) = (Double(component.width) / scale, Double(component.height) / scale)
            let border = Int32(1.5 * scale)
            let isAtBorder =
                component.bottom < border || component.top >= Int32(ink.height) - border || component.right < border
                || component.left >= Int32(ink.width) - border
            return width > 25 && height < 0.8 || isAtBorder && min(width, height) < 1.5
                || width > 25 && height > 25 && Double(component.area) < 4 * (width + height) * scale * 0.5 * scale
                    && component.height > ink.height * 9 / 10
        }
        let wide = Int(6 * scale)
        let isWide = ink.components.indices.map { ink.components[$0].width >= wide && !isFrame[$0] }
        cost = ink.components.indices.map { index in
            if isFrame[index] { return .infinity }
            let component = ink.components[index]
            let width = Double(component.width) / scale
            let height = Double(component.height) / scale
            if width >= 9 || height >= 9 { return 0 }
            // A piece of a broken trace is flat; a letter is as tall as wide.
            if width >= 1.2, width > 2 * height { return 0.05 }
            return width >= 1.2 || height >= 1.2 ? 0.2 : 0.35
        }
        var counts = [Int](repeating: 0, count: ink.width)
        for x in 0 ..< ink.width {
            for index in Int(ink.start[x]) ..< Int(ink.start[x + 1]) where isWide[Int(ink.runs[index].component)] {
                counts[x] += 1
            }
        }
        var histogram = [Int](repeating: 0, count: (counts.max() ?? 0) + 2)
        for count in counts where count > 0 { histogram[count] += 1 }
        guard var rows = histogram.indices.max(by: { histogram[$0] < histogram[$1] }), histogram[rows] > 0 else {
            return
        }
        while rows + 1 < histogram.count, histogram[rows + 1] * 2 > histogram[rows] { rows += 1 }
        let used = counts.indices.filter { counts[$0] > 0 }
        columns = used.first! ..< used.last! + 1
        let pulses = Self.cutPulses(ink, beyond: columns, pixelsPerMillimeter: scale)
        if pulses.left < columns.lowerBound { endOfCutPulses = pulses.end }
        columns = min(columns.lowerBound, pulses.left) ..< max(columns.upperBound, pulses.right)
        levels = byOrder(ink, isWide: isWide, counts: counts, rows: rows)
        // Broken traces have fewer long components than rows; their pieces still lie at the rows' levels.
        let bands = bands(ink, pixelsPerMillimeter: scale)
        if rows <= 2, bands.count > rows, bands.count <= 6 { levels = byBand(ink, bands: bands) }
    }

    /// Returns the first and the last column of halves of pulses at a cut edge, which are narrower than other lines.
    ///
    /// At least two of them are at the same edge, next to the traces.
    private static func cutPulses(
        _ ink: InkRuns, beyond columns: Range<Int>, pixelsPerMillimeter scale: Double
    ) -> (left: Int, right: Int, end: Int) {
        let edge = Int(max(3, 1.5 * scale))
        let near = Int(20 * scale)
        let narrow = ink.components.filter {
            let (width, height) = (Double($0.width) / scale, Double($0.height) / scale)
            return height > 4.5 && height < 22 && width > 1 && width < 6
        }
        let left = narrow.filter { Int($0.left) < edge && Int($0.right) > columns.lowerBound - near }
        let right = narrow.filter { Int($0.right) >= ink.width - edge && Int($0.left) < columns.upperBound + near }
        return (
            left.count > 1 ? Int(left.map(\.left).min()!) : columns.lowerBound,
            right.count > 1 ? Int(right.map(\.right).max()!) + 1 : columns.upperBound,
            left.count > 1 ? Int(left.map(\.right).max()!) : columns.lowerBound
        )
    }

    /// The level of a row is the median of its run over columns in which each row has exactly one run.
    private func byOrder(_ ink: InkRuns, isWide: [Bool], counts: [Int], rows: Int) -> [[Float]] {
        let pieces = (ink.width + step - 1) / step
        var values = [[[Float]]](repeating: [[Float]](repeating: [], count: pieces), count: rows)
        var overall = [[Float]](repeating: [], count: rows)
        for x in 0 ..< ink.width where counts[x] == rows {
            var row = 0
            for index in Int(ink.start[x]) ..< Int(ink.start[x + 1]) where isWide[Int(ink.runs[index].component)] {
                values[row][x / step].append(ink.runs[index].middle)
                overall[row].append(ink.runs[index].middle)
                row += 1
            }
        }
        let middles = (0 ..< rows).map { Self.median(&overall[$0]) }
        let gaps = zip(middles, middles.dropFirst()).map { $1 - $0 }.sorted()
        let gap = gaps.isEmpty ? Float.infinity : gaps[gaps.count / 2]
        return (0 ..< rows).map { row in
            let usual = middles[row]
            var level = values[row].indices.map { piece -> Float in
                values[row][piece].count >= step / 8 ? Self.median(&values[row][piece]) : .nan
            }
            // Where a trace is broken and other ink completes the number of rows, the order is that of other rows.
            for piece in level.indices where abs(level[piece] - usual) > 0.7 * gap { level[piece] = .nan }
            Self.fillGaps(&level, usual: usual)
            return level
        }
    }

    /// Returns the levels at which thin runs lie in at least a third of all columns.
    private func bands(_ ink: InkRuns, pixelsPerMillimeter scale: Double) -> [Float] {
        let bin = max(1, scale)
        var histogram = [Float](repeating: 0, count: Int(Double(ink.height) / bin) + 5)
        for run in ink.runs where cost[Int(run.component)] <= 0.2 && Double(run.thickness) < scale {
            histogram[Int(Double(run.middle) / bin) + 2] += 1
        }
        // Triangular weights of ±2 mm.
        var smooth = [Float](repeating: 0, count: histogram.count)
        for index in 2 ..< histogram.count - 2 {
            smooth[index] =
                histogram[index] + 0.67 * (histogram[index - 1] + histogram[index + 1])
                + 0.33 * (histogram[index - 2] + histogram[index + 2])
        }
        let least = Float(columns.count) * 0.35
        var found: [Float] = []
        for index in smooth.indices where smooth[index] > least {
            let near = max(0, index - 5) ... min(smooth.count - 1, index + 5)
            if smooth[near].max() == smooth[index], found.last.map({ Float(index) - $0 > 5 }) ?? true {
                found.append(Float(index))
            }
        }
        return found.map { Float((Double($0) - 1.5) * bin) }
    }

    /// The level of a row is the median of the runs that are nearer to its band than to others.
    private func byBand(_ ink: InkRuns, bands: [Float]) -> [[Float]] {
        let pieces = (ink.width + step - 1) / step
        var values = [[[Float]]](repeating: [[Float]](repeating: [], count: pieces), count: bands.count)
        for x in columns {
            for index in Int(ink.start[x]) ..< Int(ink.start[x + 1])
            where cost[Int(ink.runs[index].component)] <= 0.2 {
                let middle = ink.runs[index].middle
                let row = bands.indices.min { abs(bands[$0] - middle) < abs(bands[$1] - middle) }!
                values[row][x / step].append(middle)
            }
        }
        return bands.indices.map { row in
            var level = values[row].indices.map { piece -> Float in
                values[row][piece].count >= step / 8 ? Self.median(&values[row][piece]) : .nan
            }
            Self.fillGaps(&level, usual: bands[row])
            return level
        }
    }

    /// Returns the level of a row at a column, between the values.
    func level(_ row: Int, column: Int) -> Float {
        let place = max(0, min(Float(levels[row].count - 1), Float(column) / Float(step) - 0.5))
        let index = min(Int(place), max(0, levels[row].count - 2))
        let next = min(index + 1, levels[row].count - 1)
        return levels[row][index] + (levels[row][next] - levels[row][index]) * (place - Float(index))
    }

    private static func median(_ values: inout [Float]) -> Float {
        values.sort()
        return values[values.count / 2]
    }

    private static func fillGaps(_ level: inout [Float], usual: Float) {
        var last: Int?
        for index in level.indices where level[index].isFinite {
            if let last {
                for between in last + 1 ..< index {
                    let part = Float(between - last) / Float(index - last)
                    level[between] = level[last] + (level[index] - level[last]) * part
                }
            } else {
                for before in 0 ..< index { level[before] = level[index] }
            }
            last = index
        }
        if let last {
            for after in last + 1 ..< max(last + 1, level.count) { level[after] = level[last] }
        } else {
            for index in level.indices { level[index] = usual }
        }
    }
}
