import LinearAlgebra

/// The part of each sample.
public struct Split: Equatable, Sendable {
    /// The part of each row; nil for excluded rows.
    public let parts: [Part?]
    /// Warnings about parts without samples of a label.
    public let warnings: [DataWarning]

    public init(parts: [Part?], warnings: [DataWarning] = []) {
        self.parts = parts
        self.warnings = warnings
    }

    /// Returns the rows of a part, ascending.
    public func rows(of part: Part) -> [Int] { parts.indices.filter { parts[$0] == part } }

    public var train: [Int] { rows(of: .train) }
    public var validation: [Int] { rows(of: .validation) }
    public var test: [Int] { rows(of: .test) }

    /// The fraction of the data for each part.
    public struct Fractions: Equatable, Sendable {
        public let train: Double
        public let validation: Double
        public let test: Double

        /// - Throws: `SplitError.fractions` unless all are at least 0, train is positive and they add up to 1.
        public init(train: Double, validation: Double, test: Double) throws {
            let all = [train, validation, test]
            guard all.allSatisfy({ $0 >= 0 }), train > 0, abs(all.reduce(0, +) - 1) < 1e-9 else {
                throw SplitError.fractions(all)
            }
            self.train = train
            self.validation = validation
            self.test = test
        }

        /// The parts with a positive fraction. Among equal fractions the first gets a class's only sample.
        fileprivate var wanted: [(part: Part, fraction: Double)] {
            [(Part.train, train), (.validation, validation), (.test, test)].filter { $0.1 > 0 }
        }
    }
}

extension Split {
    /// Creates the split given by a manifest.
    ///
    /// - Throws: `SplitError.noPart` if a row has no part; `emptyPart(.train)` without training rows.
    public static func given(_ parts: [Part?]) throws -> Split {
        if let row = parts.firstIndex(of: nil) { throw SplitError.noPart(row: row + 1) }
        guard parts.contains(.train) else { throw SplitError.emptyPart(.train) }
        return Split(parts: parts)
    }

    /// Creates a seeded hold-out in which every part gets its fraction of every label (`IterativeStratification`).
    ///
    /// - Parameters:
    ///   - truth: n × L.
    ///   - codes: the codes of the labels, for warnings.
    /// - Throws: `SplitError.emptyPart` if there are too few samples.
    public static func stratified(
        _ truth: LabelMatrix, codes: [String], fractions: Fractions, seed: UInt64
    ) throws -> Split {
        var generator = SeededGenerator(seed: seed, purpose: "hold-out")
        let order = generator.shuffled(Array(0 ..< truth.rows))
        let wanted = fractions.wanted
        let assignment = IterativeStratification.assign(truth, proportions: wanted.map(\.fraction), order: order)
        return try checked(truth, codes, assignment.map { wanted[$0].part }, wanted.map(\.part))
    }

    /// Creates a seeded hold-out that keeps groups whole and balances the labels as well as whole groups allow.
    ///
    /// - Parameter groups: the group of each row; a row without one is its own group.
    /// - Throws: `SplitError.fewerGroups`.
    public static func grouped(
        _ truth: LabelMatrix, codes: [String], groups: [String?], fractions: Fractions, seed: UInt64
    ) throws -> Split {
        let numbered = GroupNumbers(groups)
        let wanted = fractions.wanted
        guard numbered.count >= wanted.count else {
            throw SplitError.fewerGroups(groups: numbered.count, needed: wanted.count)
        }
        let assignment = GroupStratification.assign(
            truth, groups: numbered.ofRow, proportions: wanted.map(\.fraction), seed: seed)
        return try checked(
            truth, codes, assignment.map { wanted[$0].part }, wanted.map(\.part), warnings: numbered.warnings)
    }

    /// Creates a split from numbered folds, such as PTB-XL's 9 for validation and 10 for test.
    ///
    /// - Parameter folds: the fold of each row. Rows of other folds are for training.
    /// - Throws: `SplitError`.
    public static func byFold(_ folds: [Int?], validation: Set<Int>, test: Set<Int>) throws -> Split {
        if let both = validation.intersection(test).min() { throw SplitError.foldInTwoParts(both) }
        let parts = try folds.enumerated().map { row, fold -> Part in
            guard let fold else { throw SplitError.noFold(row: row + 1) }
            return test.contains(fold) ? .test : validation.contains(fold) ? .validation : .train
        }
        for (part, asked) in [(Part.train, true), (.validation, !validation.isEmpty), (.test, !test.isEmpty)]
        where asked && !parts.contains(part) {
            throw SplitError.emptyPart(part)
        }
        return Split(parts: parts)
    }

    /// Creates a split from record names. Rows of other records are excluded.
    ///
    /// - Parameter groups: the record of each row.
    /// - Throws: `SplitError.recordInTwoParts`; `emptyPart` if the data has no record of a list.
    public static func byRecord(_ groups: [String?], protocol lists: RecordProtocol) throws -> Split {
        let train = Set(lists.train)
        let test = Set(lists.test)
        if let both = train.intersection(test).min() { throw SplitError.recordInTwoParts(both) }
        let parts = groups.map { group -> Part? in
            guard let group else { return nil }
            return train.contains(group) ? .train : test.contains(group) ? .test : nil
        }
        for part in [Part.train, .test] where !parts.contains(part) { throw SplitError.emptyPart(part) }

        let present = Set(groups.compactMap { $0 })
        let absent = (lists.train + lists.test).filter { !present.contains($0) }
        let leftOut = parts.count { $0 == nil }
        var warnings = lists.notes.map(DataWarning.division)
        if !absent.isEmpty { warnings.append(.absentRecords(absent)) }
        if leftOut > 0 { warnings.append(.rowsOutsideDivision(leftOut)) }
        return Split(parts: parts, warnings: warnings)
    }

    /// Returns this split with a fraction of the training part moved to validation, by whole groups if they are given.
    ///
    /// - Parameters:
    ///   - fraction: the fraction of the training part, above 0 and below 1.
    ///   - groups: the group of each row of the whole data; nil moves single samples.
    /// - Throws: `SplitError`.
    public func holdingOutValidation(
        _ fraction: Double, _ truth: LabelMatrix, codes: [String], groups: [String?]?, seed: UInt64
    ) throws -> Split {
        let rows = train
        let part = truth.selecting(rows: rows)
        let fractions = try Fractions(train: 1 - fraction, validation: fraction, test: 0)
        let inner =
            try groups.map { groups in
                try Split.grouped(
                    part, codes: codes, groups: rows.map { groups[$0] }, fractions: fractions, seed: seed)
            } ?? Split.stratified(part, codes: codes, fractions: fractions, seed: seed)
        var parts = parts
        for (index, row) in rows.enumerated() { parts[row] = inner.parts[index] }
        return Split(parts: parts, warnings: warnings + inner.warnings)
    }
}

extension Split {
    private static func checked(
        _ truth: LabelMatrix, _ codes: [String], _ parts: [Part], _ wanted: [Part], warnings: [DataWarning] = []
    ) throws -> Split {
        precondition(codes.count == truth.columns, "\(codes.count) codes for \(truth.columns) labels")
        for part in wanted where !parts.contains(part) { throw SplitError.emptyPart(part) }
        let support = truth.support
        var gaps: [DataWarning] = []
        for label in codes.indices where support[label] > 0 {
            let present = Set(parts.indices.filter { truth[$0, label] }.map { parts[$0] })
            let missing = wanted.filter { !present.contains($0) }.map(\.rawValue)
            guard !missing.isEmpty else { continue }
            gaps.append(.labelMissing(codes[label], samples: support[label], parts: missing))
        }
        return Split(parts: parts, warnings: warnings + gaps)
    }
}
