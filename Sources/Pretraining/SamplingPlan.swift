import Foundation
import LinearAlgebra

/// The pictures of each epoch and their order.
///
/// A picture belongs to the class of its rarest label. Each class has a quota per epoch and goes through its pictures
/// in shuffled order, then reshuffles. Over many epochs all pictures of a class are used equally often. Seed and epoch
/// number determine an epoch.
struct SamplingPlan: Sendable {
    let seed: UInt64
    /// The rows of each class.
    private let classes: [[Int]]
    /// The number of pictures of each class in an epoch.
    private let quotas: [Int]

    /// Assigns rows to classes and computes the quotas.
    ///
    /// - Parameters:
    ///   - truth: n × L labels.
    ///   - rows: the training rows.
    ///   - count: the number of pictures per epoch.
    init(_ truth: LabelMatrix, rows: [Int], sampling: ClassSampling, count: Int, seed: UInt64) {
        precondition(!rows.isEmpty && count > 0, "an epoch of \(count) of \(rows.count) pictures")
        self.seed = seed
        let support = truth.selecting(rows: rows).support
        var classes = [[Int]](repeating: [], count: truth.columns + 1)
        for row in rows {
            let rarest = truth.labels(ofRow: row).min { (support[$0], $0) < (support[$1], $1) }
            classes[rarest ?? truth.columns].append(row)
        }
        self.classes = classes.filter { !$0.isEmpty }
        let weights = self.classes.map { pow(Double($0.count), sampling.exponent) }
        let total = weights.reduce(0, +)
        // Largest remainder method: the quotas sum to `count`.
        let exact = weights.map { $0 / total * Double(count) }
        var quotas = exact.map { Int($0) }
        let order = exact.indices.sorted { (exact[$1] - Double(quotas[$1]), $0) < (exact[$0] - Double(quotas[$0]), $1) }
        for place in 0 ..< count - quotas.reduce(0, +) { quotas[order[place]] += 1 }
        self.quotas = quotas
    }

    /// The number of pictures per epoch.
    var count: Int { quotas.reduce(0, +) }

    /// Returns the rows of an epoch in training order.
    ///
    /// - Parameter epoch: the epoch's number, from 0.
    func rows(ofEpoch epoch: Int) -> [Int] {
        var rows: [Int] = []
        rows.reserveCapacity(count)
        for (number, members) in classes.enumerated() {
            var place = epoch * quotas[number]
            let end = place + quotas[number]
            while place < end {
                let (pack, start) = place.quotientAndRemainder(dividingBy: members.count)
                var generator = SeededGenerator(seed: seed, purpose: "pack of class \(number)", index: pack)
                let shuffled = generator.shuffled(members)
                let taken = min(members.count - start, end - place)
                rows += shuffled[start ..< start + taken]
                place += taken
            }
        }
        var generator = SeededGenerator(seed: seed, purpose: "order of an epoch", index: epoch)
        return generator.shuffled(rows)
    }

    /// Returns L values: the share of an epoch's pictures that have each label.
    func shares(_ truth: LabelMatrix) -> [Double] {
        truth.selecting(rows: rows(ofEpoch: 0)).support.map { Double($0) / Double(count) }
    }
}
