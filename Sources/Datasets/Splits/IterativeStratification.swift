import LinearAlgebra

/// Distributes samples with several labels to parts so that each part gets its proportion of every label.
///
/// Labels are processed by their number of remaining samples, the rarest first, because they have the fewest options
/// later. Each of their samples goes to the part that lacks most samples of that label. Among equals, the part with
/// most room is chosen, then the first.
///
/// - Source: Sechidis, Tsoumakas & Vlahavas, ECML PKDD 2011, algorithm 1.
enum IterativeStratification {
    /// - Parameters:
    ///   - truth: n × L.
    ///   - proportions: the proportions of the parts, which add up to 1.
    ///   - order: the rows in the order of assignment.
    /// - Returns: the part of each row.
    /// - Complexity: O(n·L·(L + parts)).
    static func assign(_ truth: LabelMatrix, proportions: [Double], order: [Int]) -> [Int] {
        let labelCounts = truth.support
        var room = proportions.map { $0 * Double(truth.rows) }
        var wanted = labelCounts.map { count in proportions.map { $0 * Double(count) } }
        var remaining = labelCounts
        var assignment = [Int](repeating: -1, count: truth.rows)

        while let label = rarest(remaining) {
            for row in order where assignment[row] < 0 && truth[row, label] {
                let part = choice(wanted: wanted[label], room: room)
                assignment[row] = part
                room[part] -= 1
                for other in truth.labels(ofRow: row) {
                    wanted[other][part] -= 1
                    remaining[other] -= 1
                }
            }
        }
        for row in order where assignment[row] < 0 {
            let part = choice(wanted: room, room: room)
            assignment[row] = part
            room[part] -= 1
        }
        return assignment
    }

    private static func rarest(_ remaining: [Int]) -> Int? {
        remaining.indices.filter { remaining[$0] > 0 }.min { remaining[$0] < remaining[$1] }
    }

    /// Sums of proportions have rounding errors far below one sample; values this close are equal.
    private static let tolerance = 1e-9

    private static func choice(wanted: [Double], room: [Double]) -> Int {
        let most = wanted.max() ?? 0
        let candidates = wanted.indices.filter { wanted[$0] >= most - tolerance }
        let widest = candidates.map { room[$0] }.max() ?? 0
        return candidates.first { room[$0] >= widest - tolerance } ?? 0
    }
}
