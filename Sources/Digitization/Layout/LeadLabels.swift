/// The printed lead names of a page and the cells that they belong to.
struct LeadLabels {
    struct Label {
        var lead: LeadName
        var word: PageWord

        /// 0…1.
        var certainty: Double { lead.certainty * word.confidence }
        var x: Double { (word.left + word.right) / 2 }
        var y: Double { (word.top + word.bottom) / 2 }
    }

    struct Place: Hashable {
        var row: Int
        var column: Int
    }

    let labels: [Label]
    private let rows: [PageRow]
    private let spacing: Double

    init(words: [PageWord], rows: [PageRow]) {
        self.rows = rows
        let steps = zip(rows.dropFirst(), rows).map { $0.level - $1.level }.sorted()
        spacing = steps.isEmpty ? 30 : max(4, steps[steps.count / 2])
        guard let first = rows.first, let last = rows.last else {
            labels = []
            return
        }
        let area = first.level - 1.3 * spacing ... last.level + 0.8 * spacing
        labels = words.compactMap { word in
            LeadName(word.text).map { Label(lead: $0, word: word) }
        }.filter { area.contains($0.y) && $0.certainty >= 0.2 }
    }

    /// Assigns labels to the cells of a grid. A label belongs to the column that contains it. All labels stand at a
    /// similar height above, or below, the rows they belong to.
    func places(in grid: PageLayout.Grid) -> [Place: Label] {
        var best: (count: Double, remainder: Double, places: [Place: Label]) = (0, 0, [:])
        for step in -3 ... 8 {
            let offset = Double(step) / 10 * spacing
            var places: [Place: Label] = [:]
            var remainder = 0.0
            for label in labels {
                let target = label.y + offset
                let row = rows.indices.min { abs(rows[$0].level - target) < abs(rows[$1].level - target) }!
                let distance = abs(rows[row].level - target)
                guard distance < 0.5 * spacing, let column = column(of: label, in: grid, row: row) else { continue }
                let place = Place(row: row, column: column)
                if let other = places[place], other.certainty >= label.certainty { continue }
                places[place] = label
                remainder += distance * distance
            }
            let count = places.values.reduce(0) { $0 + $1.certainty }
            if count > best.count + 1e-9 || (count > best.count - 1e-9 && remainder < best.remainder) {
                best = (count, remainder, places)
            }
        }
        return best.places
    }

    private func column(of label: Label, in grid: PageLayout.Grid, row: Int) -> Int? {
        let (left, right) = (grid.columns[0].start, grid.columns[grid.columns.count - 1].end)
        guard label.x > left - 25, label.x < right + 5 else { return nil }
        if grid.strips.contains(row) { return 0 }
        return grid.columns.lastIndex { $0.start <= label.x + 1 } ?? 0
    }
}
