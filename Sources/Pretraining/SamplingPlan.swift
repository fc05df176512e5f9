import Foundation
import LinearAlgebra

/// Which pictures an epoch shows, in which order.
///
/// A picture belongs to the rarest label that it carries. Each class has its quota of an epoch and deals its pictures
/// out like a shuffled pack, which is shuffled again when it is used up: over the epochs all pictures of a class are
/// seen equally often. An epoch is known by its number and the seed alone.
struct SamplingPlan: Sendable {
    let seed: UInt64
    /// Pictures of each class, by their rows.
    private let classes: [[Int]]
    /// How many of each class an epoch has.
    private let quotas: [Int]

    /// - Parameters:
    ///   - truth: n × L.
    ///   - rows: those that are learnt from.
    ///   - count: pictures of an epoch.
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
        // The largest remainders get what rounding down has left.
        let exact = weights.map { $0 / total * Double(count) }
        var quotas = exact.map { Int($0) }
        let order = exact.indices.sorted { (exact[$1] - Double(quotas[$1]), $0) < (exact[$0] - Double(quotas[$0]), $1) }
        for place in 0 ..< count - quotas.reduce(0, +) { quotas[order[place]] += 1 }
        self.quotas = quotas
    }

    /// Pictures of an epoch.
    var count: Int { quotas.reduce(0, +) }

    /// The rows of an epoch in the order in which they are shown.
    ///
    /// - Parameter epoch: from 0.
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

    /// The share of an epoch's pictures that carry each label.
    func shares(_ truth: LabelMatrix) -> [Double] {
        truth.selecting(rows: rows(ofEpoch: 0)).support.map { Double($0) / Double(count) }
    }
}
