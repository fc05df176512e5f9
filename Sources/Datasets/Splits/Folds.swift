import Files
import LinearAlgebra

/// The fold in which each sample is tested.
public struct Folds: Equatable, Sendable {
    /// The fold of each row, 0 ..< count.
    public let assignment: [Int]
    public let count: Int
    /// The names of the folds in reports: their numbers, or the groups left out.
    public let names: [String]
    /// Warnings about labels that some folds do not test.
    public let warnings: [DataWarning]

    /// Returns the test rows of a fold, ascending.
    public func test(_ fold: Int) -> [Int] { assignment.indices.filter { assignment[$0] == fold } }

    /// Returns the training rows of a fold, ascending.
    public func train(_ fold: Int) -> [Int] { assignment.indices.filter { assignment[$0] != fold } }

    private init(_ assignment: [Int], count: Int, names: [String]? = nil, warnings: [DataWarning] = []) {
        self.assignment = assignment
        self.count = count
        self.names = names ?? (0 ..< count).map(String.init)
        self.warnings = warnings
    }
}

extension Folds {
    /// Creates k folds that each hold one k-th of every label.
    ///
    /// With one label per sample, the folds differ by at most one sample of each class and in total, as in
    /// scikit-learn's `StratifiedKFold`. With several labels, `IterativeStratification` distributes the samples.
    ///
    /// - Parameters:
    ///   - truth: n × L.
    ///   - codes: the codes of the labels, for warnings.
    ///   - seed: determines the assignment; nil assigns rows in their order.
    /// - Throws: `SplitError.foldCount`.
    public static func stratified(_ truth: LabelMatrix, codes: [String], count: Int, seed: UInt64?) throws -> Folds {
        try check(count, samples: truth.rows)
        let assignment: [Int]
        if (0 ..< truth.rows).allSatisfy({ truth.row($0).count { $0 == 1 } == 1 }) {
            assignment = bySortedClass(truth, count: count, seed: seed)
        } else {
            let order = shuffledRows(truth.rows, seed: seed)
            let proportions = Array(repeating: 1 / Double(count), count: count)
            assignment = IterativeStratification.assign(truth, proportions: proportions, order: order)
        }
        return Folds(assignment, count: count, warnings: gaps(truth, codes, assignment, count: count))
    }

    /// Creates k folds that keep groups whole and balance the labels as well as whole groups allow.
    ///
    /// - Parameter groups: the group of each row; a row without one is its own group.
    /// - Throws: `SplitError.foldCount` or `fewerGroups`.
    public static func grouped(
        _ truth: LabelMatrix, codes: [String], groups: [String?], count: Int, seed: UInt64
    ) throws -> Folds {
        try check(count, samples: truth.rows)
        let numbered = GroupNumbers(groups)
        guard numbered.count >= count else { throw SplitError.fewerGroups(groups: numbered.count, needed: count) }
        let proportions = Array(repeating: 1 / Double(count), count: count)
        let assignment = GroupStratification.assign(
            truth, groups: numbered.ofRow, proportions: proportions, seed: seed)
        return Folds(
            assignment, count: count,
            warnings: numbered.warnings + gaps(truth, codes, assignment, count: count))
    }

    /// Creates one fold per group, in natural order of their names.
    ///
    /// - Throws: `SplitError.noGroup`; `fewerGroups` for a single group.
    public static func leaveOneGroupOut(groups: [String?]) throws -> Folds {
        if let row = groups.firstIndex(of: nil) { throw SplitError.noGroup(row: row + 1) }
        let names = Set(groups.compactMap { $0 }).sorted(by: NaturalOrder.precedes)
        guard names.count >= 2 else { throw SplitError.fewerGroups(groups: names.count, needed: 2) }
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        return Folds(groups.compactMap { $0.flatMap { numbers[$0] } }, count: names.count, names: names)
    }

    /// Creates the folds of a manifest's column, in ascending order of their numbers.
    ///
    /// - Throws: `SplitError.noFold` or `oneFold`.
    public static func given(_ folds: [Int?]) throws -> Folds {
        if let row = folds.firstIndex(of: nil) { throw SplitError.noFold(row: row + 1) }
        let values = Set(folds.compactMap { $0 }).sorted()
        guard values.count >= 2 else { throw SplitError.oneFold(value: values.first ?? 0) }
        let numbers = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
        return Folds(
            folds.compactMap { $0.flatMap { numbers[$0] } }, count: values.count, names: values.map(String.init))
    }

    /// Puts row i into fold i mod k, as published tables on shuffled sets do.
    ///
    /// - Throws: `SplitError.foldCount`.
    public static func byIndex(samples: Int, count: Int) throws -> Folds {
        try check(count, samples: samples)
        return Folds((0 ..< samples).map { $0 % count }, count: count)
    }
}

extension Folds {
    private static func check(_ count: Int, samples: Int) throws {
        guard count >= 2, count <= samples else { throw SplitError.foldCount(asked: count, samples: samples) }
    }

    /// Assigns the folds in turn along the sorted classes, so that different classes have their extra samples in
    /// different folds. Within a class, the samples take these folds in order or at random.
    private static func bySortedClass(_ truth: LabelMatrix, count: Int, seed: UInt64?) -> [Int] {
        let classes = (0 ..< truth.rows).map { truth.labels(ofRow: $0)[0] }
        var ranks: [Int: Int] = [:]  // by first appearance, as in scikit-learn
        for label in classes where ranks[label] == nil { ranks[label] = ranks.count }
        let encoded = classes.map { ranks[$0] ?? 0 }

        var cards = Array(repeating: [Int](repeating: 0, count: count), count: ranks.count)
        for (place, label) in encoded.sorted().enumerated() { cards[label][place % count] += 1 }
        var generator = seed.map { SeededGenerator(seed: $0, purpose: "folds") }
        var hands = cards.map { dealt in
            let hand = dealt.enumerated().flatMap { Array(repeating: $0, count: $1) }
            return (generator?.shuffled(hand) ?? hand)[...]
        }
        return encoded.map { hands[$0].removeFirst() }
    }

    private static func shuffledRows(_ count: Int, seed: UInt64?) -> [Int] {
        let rows = Array(0 ..< count)
        guard let seed else { return rows }
        var generator = SeededGenerator(seed: seed, purpose: "folds")
        return generator.shuffled(rows)
    }

    /// Returns warnings about labels that some folds cannot test.
    private static func gaps(_ truth: LabelMatrix, _ codes: [String], _ assignment: [Int], count: Int) -> [DataWarning]
    {
        precondition(codes.count == truth.columns, "\(codes.count) codes for \(truth.columns) labels")
        let support = truth.support
        return codes.indices.filter { support[$0] > 0 }.compactMap { label in
            let filled = Set(assignment.indices.filter { truth[$0, label] }.map { assignment[$0] }).count
            guard filled < count else { return nil }
            return .labelNotInFolds(codes[label], samples: support[label], folds: count - filled, of: count)
        }
    }
}
