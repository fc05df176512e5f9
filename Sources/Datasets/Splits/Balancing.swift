import LinearAlgebra

/// Which samples stay when classes above a limit are thinned out at random.
///
/// Samples are visited in a seeded random order; one is dropped if every label it carries is, at that moment, carried
/// by more samples than the label's limit. So a sample with a rare label always stays, no label falls below its
/// limit, and with one label for each sample this is plain undersampling: exactly `limit` of a class remain. A sample
/// without labels stays.
public struct Balancing: Equatable, Sendable {
    /// The rows that stay, ascending.
    public let kept: [Int]
    /// How many samples carried each label before.
    public let before: [Int]
    /// How many carry it now. With several labels on one sample a count may stay above its limit.
    public let after: [Int]

    /// - Parameters:
    ///   - truth: n × L.
    ///   - limit: the largest count that is left alone; the same for every label.
    ///   - seed: decides which samples go.
    /// - Precondition: `limit` is at least 1.
    public static func undersample(_ truth: LabelMatrix, above limit: Int, seed: UInt64) -> Balancing {
        undersample(truth, limits: Array(repeating: limit, count: truth.columns), seed: seed)
    }

    /// The same with a limit for each label.
    ///
    /// - Precondition: there is one limit for each label, and each is at least 1.
    public static func undersample(_ truth: LabelMatrix, limits: [Int], seed: UInt64) -> Balancing {
        precondition(limits.count == truth.columns, "\(limits.count) limits for \(truth.columns) labels")
        precondition(limits.allSatisfy { $0 >= 1 }, "a class cannot be thinned out to nothing")
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
