import LinearAlgebra

/// Distributes whole groups (patients, records) to parts so that each part gets about its proportion of every label and
/// of the samples.
///
/// The method is greedy. The largest groups go first, each to the part where the squared distance from the target
/// shares grows least. Then single groups move while that reduces the distance. With few groups, pairs of groups are
/// also exchanged, and the best of several random starts is kept.
enum GroupStratification {
    /// - Parameters:
    ///   - truth: n × L.
    ///   - groups: the group of each row, 0 ..< G.
    ///   - proportions: the proportions of the parts, which add up to 1. There are at least as many groups as parts.
    ///   - seed: decides between groups of the same size.
    /// - Returns: the part of each row. No part is empty.
    static func assign(_ truth: LabelMatrix, groups: [Int], proportions: [Double], seed: UInt64) -> [Int] {
        let shares = shares(truth, groups)
        precondition(shares.count >= proportions.count, "fewer groups than parts")
        let weight = shares.map { $0[truth.columns] }
        var generator = SeededGenerator(seed: seed, purpose: "groups")
        var best: State?
        for attempt in 0 ..< (shares.count <= few ? 16 : 1) {
            var order = generator.shuffled(Array(shares.indices))
            if attempt == 0 {
                // The shuffled order decides between equal groups, because the standard library's sort is not
                // guaranteed to be stable.
                order = order.enumerated()
                    .sorted { (-weight[$0.element], $0.offset) < (-weight[$1.element], $1.offset) }
                    .map(\.element)
            }
            var state = State(shares: shares, proportions: proportions)
            for (place, group) in order.enumerated() {
                state.place(group, mustFillEmpty: order.count - place <= state.emptyParts)
            }
            state.improve(order)
            if best.map({ state.distance < $0.distance }) ?? true { best = state }
        }
        return groups.map { best?.part[$0] ?? 0 }
    }

    /// The largest number of groups for exchanges and several starts. More groups would take minutes and balance well
    /// without them.
    private static let few = 100

    /// Returns the share of every label, and last of all samples, in each group: G × (L + 1).
    private static func shares(_ truth: LabelMatrix, _ groups: [Int]) -> [[Double]] {
        let totals = truth.support + [truth.rows]
        var counts = Array(repeating: [Int](repeating: 0, count: totals.count), count: (groups.max() ?? -1) + 1)
        for (row, group) in groups.enumerated() {
            for label in truth.labels(ofRow: row) { counts[group][label] += 1 }
            counts[group][truth.columns] += 1
        }
        return counts.map { zip($0, totals).map { count, total in total == 0 ? 0 : Double(count) / Double(total) } }
    }

    private struct State {
        let shares: [[Double]]
        /// The excess of each part over its proportion: parts × (L + 1).
        var excess: [[Double]]
        var part: [Int]
        var members: [Int]

        init(shares: [[Double]], proportions: [Double]) {
            self.shares = shares
            let width = shares.first?.count ?? 0
            excess = proportions.map { Array(repeating: -$0, count: width) }
            part = Array(repeating: -1, count: shares.count)
            members = Array(repeating: 0, count: proportions.count)
        }

        /// The sum of squared excesses over parts, labels and samples.
        var distance: Double { excess.reduce(0) { $1.reduce($0) { $0 + $1 * $1 } } }

        var emptyParts: Int { members.count { $0 == 0 } }

        mutating func place(_ group: Int, mustFillEmpty: Bool) {
            let allowed = members.indices.filter { !mustFillEmpty || members[$0] == 0 }
            let costs = allowed.map { growth(of: $0, by: group, sign: 1) }
            guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }) else { return }
            add(group, to: allowed[best])
        }

        /// Moves groups while the distance shrinks, which usually takes a few rounds.
        mutating func improve(_ order: [Int]) {
            for _ in 0 ..< 20 {
                var improved = false
                for group in order {
                    if move(group) { improved = true }
                    if order.count <= few, exchange(group) { improved = true }
                }
                if !improved { break }
            }
        }

        private mutating func move(_ group: Int) -> Bool {
            let source = part[group]
            guard members[source] > 1 else { return false }
            let gain = growth(of: source, by: group, sign: -1)
            let costs = members.indices.map { $0 == source ? 0 : gain + growth(of: $0, by: group, sign: 1) }
            guard let best = costs.indices.min(by: { costs[$0] < costs[$1] }), costs[best] < -Self.tolerance else {
                return false
            }
            remove(group)
            add(group, to: best)
            return true
        }

        private mutating func exchange(_ group: Int) -> Bool {
            var best: (cost: Double, other: Int)?
            for other in part.indices where part[other] != part[group] {
                let cost = growth(exchanging: group, with: other)
                if cost < best?.cost ?? -Self.tolerance { best = (cost, other) }
            }
            guard let other = best?.other else { return false }
            let (here, there) = (part[group], part[other])
            remove(group)
            remove(other)
            add(group, to: there)
            add(other, to: here)
            return true
        }

        private static let tolerance = 1e-12

        /// Returns the growth of a part's squared distance when a group is added (+1) or removed (−1).
        private func growth(of part: Int, by group: Int, sign: Double) -> Double {
            var sum = 0.0
            for (excess, share) in zip(excess[part], shares[group]) where share > 0 {
                sum += share * (share + 2 * sign * excess)
            }
            return sum
        }

        /// Returns the growth of the squared distance when two groups are exchanged.
        private func growth(exchanging group: Int, with other: Int) -> Double {
            let here = excess[part[group]]
            let there = excess[part[other]]
            var sum = 0.0
            for index in here.indices {
                let change = shares[other][index] - shares[group][index]
                sum += 2 * change * (change + here[index] - there[index])
            }
            return sum
        }

        private mutating func add(_ group: Int, to part: Int) {
            self.part[group] = part
            members[part] += 1
            for index in shares[group].indices { excess[part][index] += shares[group][index] }
        }

        private mutating func remove(_ group: Int) {
            let part = part[group]
            members[part] -= 1
            for index in shares[group].indices { excess[part][index] -= shares[group][index] }
        }
    }
}

/// Numbers of groups by first appearance; a row without a group is its own group.
struct GroupNumbers {
    let ofRow: [Int]
    let count: Int
    let warnings: [DataWarning]

    init(_ groups: [String?]) {
        var numbers: [String: Int] = [:]
        var next = 0
        ofRow = groups.map { group in
            if let group, let known = numbers[group] { return known }
            defer { next += 1 }
            if let group { numbers[group] = next }
            return next
        }
        count = next
        let unknown = groups.count { $0 == nil }
        warnings =
            unknown == 0 || numbers.isEmpty
            ? [] : [.rowsWithoutGroup(unknown, of: groups.count)]
    }
}
