import LinearAlgebra

/// Draws the number of times that each row occurs in a bootstrap replicate.
///
/// Without groups, rows are drawn. With groups, whole groups are drawn: as many as there are, with replacement, each
/// with all of its rows.
struct Resampling: Sendable {
    /// The group of each row, numbered in the order of first occurrence; nil without groups.
    private let groupOfRow: [Int]?
    private let rows: Int
    /// The number of rows, or groups, that are drawn.
    let units: Int

    init(rows: Int, groups: [String]?) {
        self.rows = rows
        guard let groups else {
            groupOfRow = nil
            units = rows
            return
        }
        precondition(groups.count == rows, "\(groups.count) groups for \(rows) rows")
        var numbers: [String: Int] = [:]
        groupOfRow = groups.map { name in
            let number = numbers[name] ?? numbers.count
            numbers[name] = number
            return number
        }
        units = numbers.count
    }

    /// Returns the multiplicity of each row: n values. Equal seeds and replicates give equal counts.
    func counts(seed: UInt64, replicate: Int) -> [Int32] {
        var random = SeededGenerator(seed: seed, purpose: "bootstrap", index: replicate)
        var drawn = [Int32](repeating: 0, count: units)
        for _ in 0 ..< units { drawn[random.integer(below: units)] += 1 }
        return groupOfRow.map { groups in groups.map { drawn[$0] } } ?? drawn
    }
}
