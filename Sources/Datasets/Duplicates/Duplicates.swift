import Files
import LinearAlgebra

/// Pictures with identical decoded pixels. A duplicate of a test picture must not be used for training.
public struct Duplicates: Equatable, Sendable {
    /// Sets of at least two rows with the same pixels, ascending, in the order of their first rows.
    public let sets: [[Int]]

    private let setOfRow: [Int: Int]

    /// - Parameter digests: the digest of each row's decoded pixels; nil if the picture could not be read.
    public init(digests: [Digest?]) {
        var rows: [Digest: [Int]] = [:]
        for (row, digest) in digests.enumerated() {
            if let digest { rows[digest, default: []].append(row) }
        }
        sets = rows.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
        setOfRow = Dictionary(
            uniqueKeysWithValues: sets.enumerated().flatMap { set, rows in rows.map { ($0, set) } })
    }

    /// Returns the sets with rows in more than one part. Rows without a part do not count.
    public func crossing(_ split: Split) -> [[Int]] {
        sets.filter { Set($0.compactMap { split.parts[$0] }).count > 1 }
    }

    /// Returns the sets whose rows have different labels; at most one of them can be correct.
    public func conflicting(_ truth: LabelMatrix) -> [[Int]] {
        sets.filter { rows in rows.contains { truth.row($0) != truth.row(rows[0]) } }
    }

    /// Returns `rows` without duplicates of `held`: the rows that may be used for training if `held` is the test part.
    public func removing(duplicatesOf held: [Int], from rows: [Int]) -> [Int] {
        let seen = Set(held.compactMap { setOfRow[$0] })
        return rows.filter { row in setOfRow[row].map { !seen.contains($0) } ?? true }
    }

    /// Returns the training rows with a duplicate in validation or test and the validation rows with one in test,
    /// ascending.
    public func removed(from split: Split) -> [Int] {
        let train = Set(removing(duplicatesOf: split.validation + split.test, from: split.train))
        let validation = Set(removing(duplicatesOf: split.test, from: split.validation))
        return split.parts.indices.filter { row in
            switch split.parts[row] {
            case .train: !train.contains(row)
            case .validation: !validation.contains(row)
            case .test, nil: false
            }
        }
    }

    /// Returns the split without those rows and with a warning about them.
    public func cleaned(_ split: Split) -> Split {
        let removed = removed(from: split)
        guard !removed.isEmpty else { return split }
        var parts = split.parts
        for row in removed { parts[row] = nil }
        return Split(parts: parts, warnings: split.warnings + [.duplicatesOfScored(removed.count)])
    }
}
