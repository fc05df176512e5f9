/// Finds the leads of a page from printed names, usual layouts and the relations of the limb leads.
///
/// Each possible reading, which is a division into columns with names, gets a score: the logarithm of its probability, up
/// to a constant. The best one counts if no reading with other names is nearly as probable.
struct LayoutSearch {
    private let page: ReadPage
    private let rows: [PageRow]
    private let labels: LeadLabels

    /// mm of paper in the usual 10 s of a page.
    private let usualLength: Double

    /// - Parameter speed: mm/s.
    init(_ page: ReadPage, speed: Double = 25) {
        self.page = page
        usualLength = 10 * speed
        rows = PageRow.rows(of: page)
        labels = LeadLabels(words: page.words, rows: rows)
    }

    private struct Candidate {
        var grid: PageLayout.Grid
        var places: [LeadLabels.Place: LeadLabels.Label]
        var cells: [PageLayout.Cell]
        var order: PageLayout.Order
        var score: Double
    }

    /// A page with a lower score, or with another reading whose score is this close, has an unknown layout.
    private static let leastScore = 1.2
    /// A usual layout without clear names needs limb leads that agree by 13 dB.
    private static let leastScoreWithoutNames = 3.0
    private static let leastLead = 1.0
    /// Share of the drawn length that the named leads have at least.
    private static let leastShare = 0.45
    /// Cost of a name that is not the usual one, and of a name without any usual layout.
    private static let costOfOther = 4.0
    private static let costOfFree = 2.0
    private static let relationWeight = 5.0

    /// - Returns: nil if the leads cannot be named, or not with certainty.
    func layout() -> PageLayout? {
        guard !rows.isEmpty else { return nil }
        var found: [Candidate] = []
        for grid in grids() {
            let places = labels.places(in: grid)
            let base = prior(of: grid) + places.score
            for template in LeadTemplate.all
            where template.rows.count == grid.block.count && template.columns == grid.columns.count {
                if let option = usual(grid, places.labels, template, base: base) { found.append(option) }
            }
            if let option = free(grid, places.labels, base: base) { found.append(option) }
        }
        guard let most = found.map(\.score).max() else { return nil }
        found = found.filter { $0.score > most - 2 * Self.relationWeight - 1 }.map { candidate in
            var candidate = candidate
            candidate.score += relationScore(candidate)
            return candidate
        }
        let best = found.max { $0.score < $1.score }!
        let isCertain = !found.contains { $0.score > best.score - Self.leastLead && contradicts($0, best) }
        let hasNames = best.order == .other || best.places.values.count { $0.strength > 2 } > 1
        guard best.score >= (hasNames ? Self.leastScore : Self.leastScoreWithoutNames), isCertain else { return nil }
        let layout = layout(of: best)
        return share(of: layout) >= Self.leastShare ? layout : nil
    }

    /// Whether two readings give other names to the same part of a trace.
    private func contradicts(_ one: Candidate, _ other: Candidate) -> Bool {
        one.cells.contains { cell in
            other.cells.contains { second in
                let overlap = min(cell.end, second.end) - max(cell.start, second.start)
                return cell.traces[0].row == second.traces[0].row && cell.name != second.name
                    && overlap > 0.5 * min(cell.end - cell.start, second.end - second.start)
            }
        }
    }

    /// The named part of the drawn length.
    private func share(of layout: PageLayout) -> Double {
        func length(_ traces: [PageTrace]) -> Double {
            traces.reduce(0) { $0 + Double($1.y.count { $0.isFinite }) * $1.spacing }
        }
        return length(layout.cells.flatMap(\.traces)) / max(1, length(page.traces))
    }

    private func layout(of candidate: Candidate) -> PageLayout {
        let grid = candidate.grid
        return PageLayout(
            name: "\(grid.block.count)x\(grid.columns.count)" + (grid.strips.isEmpty ? "" : "+\(grid.strips.count)"),
            order: candidate.order,
            cells: candidate.cells + strips(grid, candidate.places, candidate.cells),
            columns: grid.columns.map(\.start), columnWidth: median(grid.columns.map { $0.end - $0.start }))
    }

    /// Logarithm of how usual an arrangement is: pages mostly have all rows in use, and at most one strip or three.
    private func prior(of grid: PageLayout.Grid) -> Double {
        let unused = rows.count - grid.block.count - grid.strips.count
        var value = -3 * Double(unused)
        let length = grid.columns[grid.columns.count - 1].end - grid.columns[0].start
        if abs(length / usualLength - 1) < 0.02 { value += 0.5 }
        let widths = grid.columns.map { $0.end - $0.start }
        // A page whose right edge is cut off has a shorter last column.
        let whole = widths.count > 2 && widths.last! < widths[0] ? widths.dropLast() : widths[...]
        if whole.max()! > 1.05 * whole.min()! {
            value -= 1.5
        } else if widths.max()! > 1.05 * widths.min()! {
            value -= 0.3
        }
        if !grid.strips.isEmpty { value -= grid.columns.count == 1 ? 2 : [0, 0, 1, 0.3][grid.strips.count] }
        return value
    }

    // MARK: - Columns

    private func grids() -> [PageLayout.Grid] {
        if let grid = segmentedGrid() { return [grid] }
        var grids: [PageLayout.Grid] = []
        let usual = Set(LeadTemplate.all.map { [$0.rows.count, $0.columns] })
        // The first and the last rows can be edges of the paper or lines of text.
        for first in 0 ... min(1, rows.count - 1) {
            for last in max(first, rows.count - 3) ..< rows.count {
                for count in max(1, last + 1 - first - 3) ... last + 1 - first {
                    let block = Array(first ..< first + count)
                    let strips = Array(first + count ..< last + 1)
                    var options: [[(start: Double, end: Double)]] = []
                    for (start, end) in extents(of: block) {
                        for columns in 1 ... 6 where usual.contains([count, columns]) || !labels.labels.isEmpty {
                            let width = (end - start) / Double(columns)
                            guard width > 20 else { continue }
                            options.append(
                                (0 ..< columns).map { (start + Double($0) * width, start + Double($0 + 1) * width) })
                        }
                    }
                    options += printedColumns(block)
                    grids += options.map {
                        PageLayout.Grid(columns: $0, block: block, strips: strips, isSegmented: false)
                    }
                }
            }
        }
        return grids
    }

    /// Columns that start at the printed names.
    ///
    /// Marks and edges next to the traces make rows longer than their leads. Columns of the usual length from the first
    /// name on are therefore an option too.
    private func printedColumns(_ block: [Int]) -> [[(start: Double, end: Double)]] {
        let names = labels.columnStarts(block: block)
        guard let first = names.first else { return [] }
        let start = median(block.map { rows[$0].start })
        let end = median(block.map { rows[$0].end })
        func columns(_ starts: [Double], _ end: Double) -> [(start: Double, end: Double)] {
            let starts = starts.filter { $0 < end - 8 }
            return starts.indices.map { (starts[$0], $0 + 1 < starts.count ? starts[$0 + 1] : end) }
        }
        // Without a name near the start of the rows, their first part has no name.
        let hasFirst = first - start < 15
        let offset = hasFirst ? max(0, min(4, first - start)) : 1
        var found = [columns([start] + (hasFirst ? names.dropFirst() : names[...]).map { $0 - offset }, end)]
        if first - start > 6 { found.append(columns(names.map { $0 - Self.usualOffset }, end)) }
        let left = first - Self.usualOffset
        let steps = zip(names.dropFirst(), names).map { $0 - $1 }
        let width = steps.isEmpty ? usualLength : median(steps)
        let right = left + width * Double(names.count)
        if end - right > 3 { found.append(columns(names.map { $0 - Self.usualOffset }, right)) }
        return found.filter { !$0.isEmpty && $0.count <= 12 }
    }

    /// Distance of a printed name from the start of its column in mm.
    private static let usualOffset = 2.0

    /// Possible starts and ends of the columns. Pulses that were not recognized make rows longer than their leads.
    private func extents(of block: [Int]) -> [(start: Double, end: Double)] {
        let starts = block.map { rows[$0].start }
        let ends = block.map { rows[$0].end }
        var found: [(start: Double, end: Double)] = [
            (median(starts), median(ends)), (starts.max()!, ends.min()!),
        ]
        let length = found[0].end - found[0].start
        if length > usualLength, length < 1.12 * usualLength {
            found.append((found[0].start, found[0].start + usualLength))
            found.append((found[0].end - usualLength, found[0].end))
        }
        return found.indices.filter { index in
            !found[..<index].contains {
                abs($0.start - found[index].start) < 0.5 && abs($0.end - found[index].end) < 0.5
            }
        }.map { found[$0] }
    }

    /// Columns at which the traces of most rows start; nil if the traces go through.
    private func segmentedGrid() -> PageLayout.Grid? {
        let divided = rows.indices.filter { rows[$0].traces.count > 1 }
        let starts = divided.flatMap { row in rows[row].traces.map { (row: row, start: $0.start) } }
            .sorted { $0.start < $1.start }
        var groups: [[(row: Int, start: Double)]] = []
        for start in starts {
            if let last = groups.last?.last, start.start - last.start < 3 {
                groups[groups.count - 1].append(start)
            } else {
                groups.append([start])
            }
        }
        groups = groups.filter { Set($0.map(\.row)).count * 2 >= divided.count }
        guard groups.count > 1 else { return nil }
        let firsts = groups.map { median($0.map(\.start)) }
        let last = median(divided.map { rows[$0].end })
        var columns = firsts.enumerated().map { index, start in
            (start: start, end: index + 1 < firsts.count ? firsts[index + 1] : last)
        }
        // Columns without any name where others have names are the rest of a broken trace.
        let width = median(columns.map { $0.end - $0.start })
        let hasName = columns.map { column in
            labels.labels.contains {
                let middle = ($0.left + $0.right) / 2
                return middle > column.start - 3 && middle < column.end - 3
            }
        }
        if hasName.filter({ $0 }).count * 2 >= columns.count {
            for index in columns.indices.dropFirst().reversed() where !hasName[index] {
                columns[index - 1].end = columns[index].end
                columns.remove(at: index)
            }
        }
        guard columns.count > 1 else { return nil }
        let strips = rows.indices.filter { rows[$0].traces.count == 1 && rows[$0].end - rows[$0].start > 1.7 * width }
        return PageLayout.Grid(
            columns: columns, block: rows.indices.filter { !strips.contains($0) }, strips: strips, isSegmented: true)
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    // MARK: - Names

    /// The leads of a usual layout, with other names where clear labels say so.
    private func usual(
        _ grid: PageLayout.Grid, _ places: [LeadLabels.Place: LeadLabels.Label], _ template: LeadTemplate, base: Double
    ) -> Candidate? {
        var cells: [PageLayout.Cell] = []
        var found: [LeadLabels.Label?] = []
        for (position, row) in grid.block.enumerated() {
            for column in grid.columns.indices {
                let traces = PageLayout.traces(of: rows[row], in: grid, column: column)
                guard !traces.isEmpty else { continue }
                cells.append(
                    PageLayout.Cell(
                        name: template.rows[position][column], isInverted: false, isStrip: false, column: column,
                        traces: traces))
                found.append(places[LeadLabels.Place(row: row, column: column)])
            }
        }
        guard cells.count * 3 >= grid.block.count * grid.columns.count * 2 else { return nil }
        var score = base + template.prior
        let usual = cells.map(\.name)
        var names = usual
        for (index, label) in found.enumerated() {
            guard let label, let printed = label.name else { continue }
            if label.evidence(for: printed) - label.evidence(for: names[index]) > Self.costOfOther {
                names[index] = printed
            }
        }
        // An exchange needs both labels.
        while let index = names.indices.first(where: { index in
            names[index] != cells[index].name && names.count(where: { $0 == names[index] }) > 1
        }) {
            names[index] = cells[index].name
        }
        for index in cells.indices {
            if names[index] != cells[index].name { score -= Self.costOfOther }
            cells[index].name = names[index]
            let label = found[index]
            score += label?.evidence(for: names[index]) ?? 0
            // Text recognition often loses the minus sign of −aVR.
            let isMinus = label.map { $0.isInverted || !$0.isText && template.isCabrera } ?? template.isCabrera
            cells[index].isInverted = names[index] == "aVR" && isMinus
        }
        let isUsual = zip(cells.indices, names).allSatisfy { usual[$0] == $1 }
        let order: PageLayout.Order = isUsual ? template.isCabrera ? .cabrera : .standard : .other
        return Candidate(grid: grid, places: places, cells: cells, order: order, score: score)
    }

    /// The leads as the printed names say; cells without a clear name are left out.
    private func free(
        _ grid: PageLayout.Grid, _ places: [LeadLabels.Place: LeadLabels.Label], base: Double
    ) -> Candidate? {
        var cells: [PageLayout.Cell] = []
        var score = base
        for row in grid.block {
            for column in grid.columns.indices {
                let traces = PageLayout.traces(of: rows[row], in: grid, column: column)
                guard !traces.isEmpty else { continue }
                guard let label = places[LeadLabels.Place(row: row, column: column)], let name = label.name,
                    !cells.contains(where: { $0.name == name })
                else {
                    score -= 1
                    continue
                }
                score += label.evidence(for: name) - Self.costOfFree
                cells.append(
                    PageLayout.Cell(
                        name: name, isInverted: label.isInverted && name == "aVR", isStrip: false, column: column,
                        traces: traces))
            }
        }
        return cells.isEmpty
            ? nil : Candidate(grid: grid, places: places, cells: cells, order: .other, score: score)
    }

    /// The evidence of the limb leads for the names and columns, at most `relationWeight` for or against them; 0 without
    /// three limb leads at the same time.
    private func relationScore(_ candidate: Candidate) -> Double {
        let agreements = PageLayout.agreements(candidate.cells).map(\.agreement)
        guard let lowest = agreements.map(\.decibels).min() else { return 0 }
        let score = Self.relationWeight * max(-1, min(1, (lowest - 8) / 8))
        // With gains of their own, chest leads can look like one triple of limb leads, or like Cabrera's order.
        let isInverted = candidate.cells.contains(where: \.isInverted)
        guard agreements.reduce(0, { $0 + $1.relations }) >= 2, !isInverted else { return score }
        let names = agreements.map(\.decibelsOfNames).min()!
        return max(score, min(3.5, Self.relationWeight * max(-1, (names - 8) / 8)))
    }

    /// Rhythm strips: named by print and by the lead of the columns that is drawn alike at the same time.
    private func strips(
        _ grid: PageLayout.Grid, _ places: [LeadLabels.Place: LeadLabels.Label], _ block: [PageLayout.Cell]
    ) -> [PageLayout.Cell] {
        var used: Set<String> = []
        return grid.strips.compactMap { row in
            let traces = PageLayout.strip(rows[row], in: grid)
            guard !traces.isEmpty else { return nil }
            let label = places[LeadLabels.Place(row: row, column: 0)]
            let alike = likeness(traces, block)
            let scores = LeadName.standard.map { name -> (name: String, score: Double) in
                var score = label?.evidence(for: name) ?? 0
                score += ["II": 1.5, "V1": 0.5, "V5": 0.3][name] ?? 0
                if let correlation = alike[name] { score += 4 * max(-1, min(1, (correlation - 0.85) / 0.1)) }
                return (name, score)
            }.filter { !used.contains($0.name) }.sorted { $0.score > $1.score }
            guard let best = scores.first, best.score >= 2, best.score - scores[1].score > 0.3 else { return nil }
            used.insert(best.name)
            return PageLayout.Cell(name: best.name, isInverted: false, isStrip: true, column: 0, traces: traces)
        }
    }

    /// The correlation of a strip with each lead of the columns at the same time, shifted by up to 3.2 mm.
    private func likeness(_ strip: [PageTrace], _ block: [PageLayout.Cell]) -> [String: Double] {
        let step = 0.4
        var found: [String: Double] = [:]
        for cell in block {
            let count = Int((cell.end - cell.start) / step)
            guard count > 40 else { continue }
            let lead = PageLayout.samples(cell.traces, start: cell.start, step: step, count: count)
            var best = -1.0
            for shift in -8 ... 8 {
                let other = PageLayout.samples(
                    strip, start: cell.start + Double(shift) * step, step: step, count: count)
                best = max(best, Self.correlation(lead, other))
            }
            found[cell.name] = best
        }
        return found
    }

    static func correlation(_ left: [Float], _ right: [Float]) -> Double {
        var (count, sumL, sumR, sumLL, sumRR, sumLR) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (a, b) in zip(left, right) where a.isFinite && b.isFinite {
            let (a, b) = (Double(a), Double(b))
            count += 1
            sumL += a
            sumR += b
            sumLL += a * a
            sumRR += b * b
            sumLR += a * b
        }
        guard count * 2 > Double(left.count) else { return -1 }
        let covariance = sumLR - sumL * sumR / count
        let power = (sumLL - sumL * sumL / count) * (sumRR - sumR * sumR / count)
        return power > 1e-12 ? covariance / power.squareRoot() : -1
    }
}
