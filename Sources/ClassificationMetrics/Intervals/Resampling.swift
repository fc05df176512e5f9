import LinearAlgebra

/// How often each row comes in a bootstrap replicate.
///
/// Rows are drawn one by one, or, where samples of one patient are alike, whole groups are: as many groups as there
/// are, with replacement, each with all of its rows.
struct Resampling: Sendable {
    /// The group of each row, counted from 0 in the order of their first rows; nil where each row is its own.
    private let groupOfRow: [Int]?
    private let rows: Int
    /// How many things are drawn.
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

    /// - Returns: n counts; the same for the same seed and replicate.
    func counts(seed: UInt64, replicate: Int) -> [Int32] {
        var random = SeededGenerator(seed: seed, purpose: "bootstrap", index: replicate)
        var drawn = [Int32](repeating: 0, count: units)
        for _ in 0 ..< units { drawn[random.integer(below: units)] += 1 }
        return groupOfRow.map { groups in groups.map { drawn[$0] } } ?? drawn
    }
}
