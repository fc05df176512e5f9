/// Finds the leads of a page from printed names, usual layouts and the relations of the limb leads.
struct LayoutSearch {
    private let rows: [PageRow]
    private let labels: LeadLabels

    /// mm of paper in the usual 10 s of a page.
    private let usualLength: Double

    /// - Parameter speed: mm/s.
    init(_ page: ReadPage, speed: Double = 25) {
        usualLength = 10 * speed
        rows = PageRow.rows(of: page)
        labels = LeadLabels(words: page.words, rows: rows)
    }

    private struct Candidate {
        var grid: PageLayout.Grid
        var places: [LeadLabels.Place: LeadLabels.Label]
        var cells: [PageLayout.Cell]
        /// nil for names as printed.
        var template: LeadTemplate?
        var score: Double
    }

    /// Below this score, the leads are not named.
    private static let leastScore = 1.2

    /// - Returns: nil if the leads cannot be named.
    func layout() -> PageLayout? {
        guard !rows.isEmpty else { return nil }
        var best: Candidate?
        for grid in grids() {
            let places = labels.places(in: grid)
            let options =
                [printed(grid, places)]
                + LeadTemplate.all.filter {
                    $0.rows.count == grid.block.count && $0.columns == grid.columns.count
                }.map { template(grid, places, $0) }
            for case let option? in options where option.score > (best?.score ?? -.infinity) + 1e-6 { best = option }
        }
        guard let best, best.score >= Self.leastScore else { return nil }
        return layout(of: best)
    }

    private func layout(of candidate: Candidate) -> PageLayout {
        let grid = candidate.grid
        let template =
            candidate.template
            ?? LeadTemplate.all.first { template in
                template.rows.count == grid.block.count && template.columns == grid.columns.count
                    && Set(template.rows.flatMap { $0 }) == Set(candidate.cells.map(\.name))
                    && candidate.cells.allSatisfy { cell in
                        template.rows.contains { $0[cell.column] == cell.name }
                    }
            }
        return PageLayout(
            name: "\(grid.block.count)x\(grid.columns.count)" + (grid.strips.isEmpty ? "" : "+\(grid.strips.count)"),
            order: template.map { $0.isCabrera ? .cabrera : .standard } ?? .other,
            cells: candidate.cells + strips(grid, candidate.places, candidate.cells),
            columns: grid.columns.map(\.start), columnWidth: median(grid.columns.map { $0.end - $0.start }))
    }

    // MARK: - Columns

    private func grids() -> [PageLayout.Grid] {
        if let grid = segmentedGrid() { return [grid] }
        var grids: [PageLayout.Grid] = []
        let options = Set(LeadTemplate.all.map { [$0.rows.count, $0.columns] })
        for count in 1 ... rows.count {
            for columns in 1 ... 6 {
                let strips = rows.count - count
                guard strips <= 3, options.contains([count, columns]) || !labels.labels.isEmpty else { continue }
                let block = Array(0 ..< count)
                for (start, end) in extents(of: block) {
                    let width = (end - start) / Double(columns)
                    guard width > 20 else { continue }
                    grids.append(
                        PageLayout.Grid(
                            columns: (0 ..< columns).map {
                                (start + Double($0) * width, start + Double($0 + 1) * width)
                            }, block: block, strips: Array(count ..< rows.count), isSegmented: false))
                }
            }
        }
        return grids
    }

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
        let parted = rows.indices.filter { rows[$0].traces.count > 1 }
        let starts = parted.flatMap { row in rows[row].traces.map { (row: row, start: $0.start) } }
            .sorted { $0.start < $1.start }
        var groups: [[(row: Int, start: Double)]] = []
        for start in starts {
            if let last = groups.last?.last, start.start - last.start < 3 {
                groups[groups.count - 1].append(start)
            } else {
                groups.append([start])
            }
        }
        groups = groups.filter { Set($0.map(\.row)).count * 2 >= parted.count }
        guard groups.count > 1 else { return nil }
        let firsts = groups.map { median($0.map(\.start)) }
        let last = median(parted.map { rows[$0].end })
        var columns = firsts.enumerated().map { index, start in
            (start: start, end: index + 1 < firsts.count ? firsts[index + 1] : last)
        }
        // Columns without any name where others have names are the rest of a broken trace.
        let width = median(columns.map { $0.end - $0.start })
        let hasName = columns.map { column in
            labels.labels.contains { $0.x > column.start - 3 && $0.x < column.end - 3 }
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

    /// The leads as the printed names say; nil if a name occurs twice or most cells have none.
    private func printed(_ grid: PageLayout.Grid, _ places: [LeadLabels.Place: LeadLabels.Label]) -> Candidate? {
        var cells: [PageLayout.Cell] = []
        var (score, missing) = (0.0, 0)
        for (position, row) in grid.block.enumerated() {
            for column in grid.columns.indices {
                let traces = PageLayout.traces(of: rows[grid.block[position]], in: grid, column: column)
                let label = places[LeadLabels.Place(row: row, column: column)]
                guard !traces.isEmpty else {
                    if label != nil { score -= label!.certainty }
                    continue
                }
                guard let label, label.certainty >= 0.35 else {
                    missing += 1
                    continue
                }
                score += label.certainty
                cells.append(
                    PageLayout.Cell(
                        name: label.lead.name, isInverted: label.lead.isInverted, isStrip: false, column: column,
                        traces: traces))
            }
        }
        guard !cells.isEmpty, Set(cells.map(\.name)).count == cells.count, missing <= cells.count else { return nil }
        score -= 0.7 * Double(missing) + 0.05
        // A single certain name is enough for a strip.
        if cells.count == 1, grid.block.count == 1, grid.columns.count == 1 { score += 0.5 }
        return candidate(grid, places, cells, nil, score: score)
    }

    private func template(
        _ grid: PageLayout.Grid, _ places: [LeadLabels.Place: LeadLabels.Label], _ template: LeadTemplate
    ) -> Candidate? {
        var cells: [PageLayout.Cell] = []
        var (matches, conflicts) = (0.0, 0.0)
        for (position, row) in grid.block.enumerated() {
            for column in grid.columns.indices {
                let name = template.rows[position][column]
                let label = places[LeadLabels.Place(row: row, column: column)]
                if let label {
                    if label.lead.name == name { matches += label.certainty } else { conflicts += label.certainty }
                }
                let traces = PageLayout.traces(of: rows[row], in: grid, column: column)
                guard !traces.isEmpty else { continue }
                cells.append(
                    PageLayout.Cell(
                        name: name,
                        isInverted: name == "aVR" && (label.map { $0.lead.isInverted } ?? template.isCabrera),
                        isStrip: false, column: column, traces: traces))
            }
        }
        guard cells.count * 3 >= grid.block.count * grid.columns.count * 2 else { return nil }
        return candidate(grid, places, cells, template, score: matches - 1.5 * conflicts)
    }

    private func candidate(
        _ grid: PageLayout.Grid, _ places: [LeadLabels.Place: LeadLabels.Label], _ cells: [PageLayout.Cell],
        _ template: LeadTemplate?, score: Double
    ) -> Candidate {
        let unused = Double(max(0, labels.labels.count - places.count))
        return Candidate(
            grid: grid, places: places, cells: cells, template: template,
            score: score - 0.3 * unused + relationScore(cells, template))
    }

    /// The evidence of the limb leads for the names: −2 to 2; 0 without three limb leads at the same time.
    private func relationScore(_ cells: [PageLayout.Cell], _ template: LeadTemplate?) -> Double {
        let agreements = PageLayout.agreements(cells).map(\.agreement)
        guard let lowest = agreements.map(\.decibels).min() else { return 0 }
        let score = 2 * max(-1, min(1, (lowest - 8) / 8))
        // With gains of their own, chest leads can look like one triple of limb leads, or like Cabrera's order.
        guard agreements.reduce(0, { $0 + $1.relations }) >= 2, template?.isCabrera != true else { return score }
        let names = agreements.map(\.decibelsOfNames).min()!
        return max(score, min(1.5, 2 * max(-1, (names - 8) / 8)))
    }

    /// Rhythm strips: named by print, else by the lead of the columns that is drawn alike at the same time.
    private func strips(
        _ grid: PageLayout.Grid, _ places: [LeadLabels.Place: LeadLabels.Label], _ block: [PageLayout.Cell]
    ) -> [PageLayout.Cell] {
        var used: Set<String> = []
        return grid.strips.compactMap { row in
            let traces = PageLayout.strip(rows[row], in: grid)
            guard !traces.isEmpty else { return nil }
            var name = places[LeadLabels.Place(row: row, column: 0)]
                .flatMap { $0.certainty >= 0.35 ? $0.lead.name : nil }
            if name == nil || used.contains(name!) { name = alike(traces, block) }
            guard let name, used.insert(name).inserted else { return nil }
            return PageLayout.Cell(name: name, isInverted: false, isStrip: true, column: 0, traces: traces)
        }
    }

    private func alike(_ strip: [PageTrace], _ block: [PageLayout.Cell]) -> String? {
        let step = 0.4
        var found: [(name: String, correlation: Double)] = []
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
            found.append((cell.name, best))
        }
        guard let highest = found.map(\.correlation).max(), highest >= 0.85 else { return nil }
        // Lead II is the usual strip where two leads look the same.
        let close = found.filter { $0.correlation > highest - 0.02 }
        return (close.first { $0.name == "II" } ?? close.max { $0.correlation < $1.correlation })?.name
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
