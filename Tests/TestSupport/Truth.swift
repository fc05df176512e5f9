import LinearAlgebra

/// Label matrices for tests.
package enum Truth {
    /// Returns one label per row.
    package static func oneHot(_ labels: [Int], count: Int) -> LabelMatrix {
        LabelMatrix(labels.map { label in (0 ..< count).map { $0 == label ? 1 : 0 } })
    }

    /// Returns rows with a random number of labels, which get rarer with their index; some rows have none.
    package static func random(rows: Int, labels: Int, seed: UInt64) -> LabelMatrix {
        var generator = SeededGenerator(seed: seed)
        return LabelMatrix(
            (0 ..< rows).map { _ in
                (0 ..< labels).map { generator.uniform() < 0.5 / Double($0 + 1) ? UInt8(1) : 0 }
            })
    }
}
