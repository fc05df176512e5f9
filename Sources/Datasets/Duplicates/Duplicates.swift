import Files
import LinearAlgebra

/// Pictures with the same decoded pixels: a twin in the test part is an answer that training has seen.
public struct Duplicates: Equatable, Sendable {
    /// Rows that show the same pixels, at least two in a set, ascending; the sets in order of their first rows.
    public let sets: [[Int]]

    private let setOfRow: [Int: Int]

    /// - Parameter digests: of each row's decoded pixels; nil where a picture could not be read.
    public init(digests: [Digest?]) {
        var rows: [Digest: [Int]] = [:]
        for (row, digest) in digests.enumerated() {
            if let digest { rows[digest, default: []].append(row) }
        }
        sets = rows.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
        setOfRow = Dictionary(
            uniqueKeysWithValues: sets.enumerated().flatMap { set, rows in rows.map { ($0, set) } })
    }

    /// Sets whose rows are not all in one part; rows that are left out do not count.
    public func crossing(_ split: Split) -> [[Int]] {
        sets.filter { Set($0.compactMap { split.parts[$0] }).count > 1 }
    }

    /// Sets whose rows carry different labels: at most one of them can be right.
    public func conflicting(_ truth: LabelMatrix) -> [[Int]] {
        sets.filter { rows in rows.contains { truth.row($0) != truth.row(rows[0]) } }
    }

    /// `rows` without those that show what one of `held` shows: what may be learnt from when `held` is the test.
    public func removing(twinsOf held: [Int], from rows: [Int]) -> [Int] {
        let seen = Set(held.compactMap { setOfRow[$0] })
        return rows.filter { row in setOfRow[row].map { !seen.contains($0) } ?? true }
    }

    /// Train rows with a twin in validation or test, and validation rows with a twin in test; ascending.
    public func removed(from split: Split) -> [Int] {
        let train = Set(removing(twinsOf: split.validation + split.test, from: split.train))
        let validation = Set(removing(twinsOf: split.test, from: split.validation))
        return split.parts.indices.filter { row in
            switch split.parts[row] {
            case .train: !train.contains(row)
            case .validation: !validation.contains(row)
            case .test, nil: false
            }
        }
    }

    /// The split without those rows, and with a sentence that says so.
    public func cleaned(_ split: Split) -> Split {
        let removed = removed(from: split)
        guard !removed.isEmpty else { return split }
        var parts = split.parts
        for row in removed { parts[row] = nil }
        let pictures = removed.count == 1 ? "1 picture" : "\(removed.count) pictures"
        let warning = "\(pictures) removed: the same pixels are in a part that is to be scored"
        return Split(parts: parts, warnings: split.warnings + [warning])
    }
}
