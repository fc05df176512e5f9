import LinearAlgebra

/// Random undersampling of classes above a limit.
///
/// Samples are visited in a seeded random order. A sample is dropped if each of its labels is currently carried by more
/// samples than the label's limit. A sample with a rare label therefore always stays, and no label falls below its
/// limit. With one label per sample exactly `limit` samples of a class remain. A sample without labels stays.
public struct Balancing: Equatable, Sendable {
    /// The remaining rows, ascending.
    public let kept: [Int]
    /// The number of samples with each label before.
    public let before: [Int]
    /// The number of samples with each label after. With several labels per sample it may stay above the limit.
    public let after: [Int]

    /// - Parameters:
    ///   - truth: n × L.
    ///   - limit: the limit of every label.
    ///   - seed: determines which samples are dropped.
    /// - Precondition: `limit` is at least 1.
    public static func undersample(_ truth: LabelMatrix, above limit: Int, seed: UInt64) -> Balancing {
        undersample(truth, limits: Array(repeating: limit, count: truth.columns), seed: seed)
    }

    /// Undersamples with one limit per label.
    ///
    /// - Precondition: there is one limit per label, each at least 1.
    public static func undersample(_ truth: LabelMatrix, limits: [Int], seed: UInt64) -> Balancing {
        precondition(limits.count == truth.columns, "\(limits.count) limits for \(truth.columns) labels")
        precondition(limits.allSatisfy { $0 >= 1 }, "a class cannot be reduced to nothing")
        let before = truth.support
        var counts = before
        var stays = [Bool](repeating: true, count: truth.rows)
        var generator = SeededGenerator(seed: seed, purpose: "undersampling")
        for row in generator.shuffled(Array(0 ..< truth.rows)) {
            let labels = truth.labels(ofRow: row)
            guard !labels.isEmpty, labels.allSatisfy({ counts[$0] > limits[$0] }) else { continue }
            stays[row] = false
            for label in labels { counts[label] -= 1 }
        }
        return Balancing(kept: stays.indices.filter { stays[$0] }, before: before, after: counts)
    }
}
