/// The printed lead names of a page and the cells that they belong to.
struct LeadLabels {
    /// A word that can be the name of a lead.
    struct Label {
        var text: String
        var left, right, top, bottom: Double
        /// Whether the file contains the word as text.
        var isText: Bool
        /// Whether the name has a minus sign, as in −aVR.
        var isInverted: Bool
        /// Evidence for each name of `LeadName.standard`: positive if the word is more like the name than like other text.
        var evidence: [Double]

        /// The evidence for the most probable name.
        var strength: Double { evidence.max()! }
        /// Cost of a reading that has no place for the label.
        var costOfUnused: Double { min(1.5, 0.5 * strength) }

        /// The most probable name; nil if another one is nearly as probable.
        var name: String? {
            let best = evidence.indices.max { evidence[$0] < evidence[$1] }!
            let isClear = evidence.indices.allSatisfy { $0 == best || evidence[$0] <= evidence[best] - 1.4 }
            return isClear && evidence[best] > 0 ? LeadName.standard[best] : nil
        }
        var y: Double { (top + bottom) / 2 }

        func evidence(for name: String) -> Double { evidence[LeadName.standard.firstIndex(of: name)!] }

        init?(_ word: PageWord) {
            (text, left, right, top, bottom) = (word.text, word.left, word.right, word.top, word.bottom)
            isText = word.confidence >= 1
            isInverted = word.text.first.map { "-−–".contains($0) } ?? false
            if isText {
                guard let lead = LeadName(word.text) else { return nil }
                let value = 8 * lead.certainty
                evidence = LeadName.standard.map { $0 == lead.name ? value : -value }
            } else {
                // A word that contradicts a name can also be no name at all.
                evidence = LeadNameEvidence.values(word.text).map {
                    max(-2, $0 > 0 ? $0 * (0.5 + 0.5 * word.confidence) : $0)
                }
            }
        }
    }

    struct Place: Hashable {
        var row: Int
        var column: Int
    }

    /// The labels of a grid.
    struct Places {
        var labels: [Place: Label] = [:]
        /// Sum of the labels' evidence, less what uneven places cost.
        var score = 0.0
        /// Cost of the labels without a place.
        var unused = 0.0
    }

    let labels: [Label]
    private let rows: [PageRow]
    private let spacing: Double

    /// A word with this much evidence is certainly a name.
    static let clear = 3.0

    init(words: [PageWord], rows: [PageRow]) {
        self.rows = rows
        let steps = zip(rows.dropFirst(), rows).map { $0.level - $1.level }.sorted()
        spacing = steps.isEmpty ? 30 : max(4, steps[steps.count / 2])
        guard let first = rows.first, let last = rows.last else {
            labels = []
            return
        }
        let area = first.level - 1.3 * spacing ... last.level + 0.8 * spacing
        labels = Self.joined(words).compactMap(Label.init).filter { area.contains($0.y) && $0.strength > 0.4 }
    }

    /// Joins parts of names that a lost letter separates, and leaves out words of longer texts.
    private static func joined(_ words: [PageWord]) -> [PageWord] {
        var result: [PageWord] = []
        for word in words.sorted(by: { ($0.left, $0.top) < ($1.left, $1.top) }) {
            let before = result.lastIndex { other in
                let height = min(other.bottom - other.top, word.bottom - word.top)
                let overlap = min(other.bottom, word.bottom) - max(other.top, word.top)
                return overlap > 0.5 * height && word.left - other.right < 2.8 && word.left > other.left
                    && word.confidence < 1 && other.text.count + word.text.count <= 3
            }
            guard let before else {
                result.append(word)
                continue
            }
            result[before].text += word.text
            result[before].right = word.right
            result[before].top = min(result[before].top, word.top)
            result[before].bottom = max(result[before].bottom, word.bottom)
            result[before].confidence = min(result[before].confidence, word.confidence)
        }
        return result.filter { word in
            !result.contains { other in
                let gap = max(other.left - word.right, word.left - other.right)
                let overlap = min(other.bottom, word.bottom) - max(other.top, word.top)
                let height = min(other.bottom - other.top, word.bottom - word.top)
                return gap > -1 && gap < 5 && overlap > 0.5 * height && LeadNameEvidence.values(other.text).max()! < 0
                    && other.text.count > 1 && other.confidence > 0.5
            }
        }
    }

    /// Assigns labels to the cells of a grid.
    ///
    /// All labels stand at a similar height above, or below, the rows they belong to, and at a similar distance from the
    /// starts of their columns.
    func places(in grid: PageLayout.Grid) -> Places {
        var best = Places(score: -.infinity)
        let used = grid.block + grid.strips
        for step in -3 ... 8 {
            let offset = Double(step) / 10 * spacing
            var places = Places()
            var lost = 0.0
            var starts: [(place: Place, distance: Double)] = []
            for label in labels {
                let target = label.y + offset
                let row = used.min { abs(rows[$0].level - target) < abs(rows[$1].level - target) }!
                let distance = abs(rows[row].level - target)
                guard distance < 0.5 * spacing, let column = column(of: label, in: grid, row: row) else {
                    places.unused += label.costOfUnused
                    continue
                }
                lost += 0.5 * distance / spacing
                let place = Place(row: row, column: column)
                if let other = places.labels[place] {
                    places.unused += min(other.costOfUnused, label.costOfUnused)
                    if other.strength >= label.strength { continue }
                    starts.removeAll { $0.place == place }
                }
                places.labels[place] = label
                starts.append((place, label.left - grid.columns[column].start))
            }
            let distances = starts.map(\.distance).sorted()
            let usual = distances.isEmpty ? 0 : distances[distances.count / 2]
            // Names stand at the start of the first column, or a little to the right of it.
            let firsts = starts.filter { $0.place.column == 0 }.map(\.distance).sorted()
            let first = firsts.isEmpty ? 0 : firsts[firsts.count / 2]
            let excess = max(0, first - 6, -2 - first) / 4
            lost += min(4, excess * excess)
            // Names of a column are displaced together; some programs print all names at places of their own.
            for group in Dictionary(grouping: starts, by: \.place.column).values {
                let mean = group.reduce(0) { $0 + min(8, abs($1.distance - usual)) } / Double(group.count)
                lost += min(0.8, mean * mean / 16)
            }
            places.score = places.labels.values.reduce(0) { $0 + $1.strength } - lost - places.unused
            if places.score > best.score + 1e-9 { best = places }
        }
        // The evidence itself counts for names, not for grids.
        best.score -= best.labels.values.reduce(0) { $0 + $1.strength }
        return best
    }

    private func column(of label: Label, in grid: PageLayout.Grid, row: Int) -> Int? {
        let isStrip = grid.strips.contains(row)
        let column = isStrip ? 0 : grid.columns.lastIndex { $0.start <= label.left + 4 } ?? 0
        let (start, end) = grid.columns[column]
        return label.left > start - 25 && label.left < end ? column : nil
    }

    /// The left edges of labels that stand below one another, from left to right, in mm.
    ///
    /// - Parameter block: indices of the rows that are counted.
    func columnStarts(block: [Int]) -> [Double] {
        var clusters: [[Label]] = []
        for label in labels.filter({ $0.strength > 0.9 }).sorted(by: { $0.left < $1.left }) {
            let near = block.contains { abs(rows[$0].level - label.y) < 0.9 * spacing }
            guard near else { continue }
            if let last = clusters.last?.last, label.left - last.left < 4 {
                clusters[clusters.count - 1].append(label)
            } else {
                clusters.append([label])
            }
        }
        return clusters.filter { labels in
            labels.count >= max(2, block.count / 3) || block.count <= 2 && labels.contains { $0.strength > Self.clear }
        }.map { $0.map(\.left).sorted()[$0.count / 2] }
    }
}
