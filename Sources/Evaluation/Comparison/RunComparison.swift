import ClassificationMetrics
import LinearAlgebra

/// How runs differ from the first of them on the same samples.
public struct RunComparison: Sendable {
    public let first: ComparedRun
    /// One for each further run, in the order in which they were named.
    public let pairs: [Pair]
    public let bootstrap: Bootstrap
    /// Whether replicates draw whole groups (patients).
    public let isGrouped: Bool

    /// One run beside the first.
    public struct Pair: Sendable {
        public let second: ComparedRun
        /// second − first of each metric, with the interval.
        public let differences: [MetricKey: PairedDifference]
        /// One for each label, in label order.
        public let tests: [McNemarTest]
        /// The tests' p values, corrected for there being one per label.
        public let correctedPValues: [Double]
        /// The keys of `config.yaml` that differ, sorted; nil where one of the two has none.
        public let configuration: [ChangedKey]?
        /// What else a reader must know, in sentences.
        public let notes: [String]
    }

    /// A key with the two runs' values; nil where a run does not have it.
    public struct ChangedKey: Equatable, Sendable {
        public let key: String
        public let first: String?
        public let second: String?
    }

    /// - Precondition: at least two runs.
    /// - Throws: `ComparisonError` unless all are of the same samples; `MetricsError` for scores that are no
    ///   probabilities.
    public init(of runs: [ComparedRun], bootstrap: Bootstrap, workers: Workers) throws {
        precondition(runs.count >= 2, "\(runs.count) runs to compare")
        let first = runs[0]
        for run in runs.dropFirst() { try run.requireSameRows(as: first) }
        // One run may know the patients and another not: they are the same samples, so they are the same patients.
        let groups = runs.lazy.compactMap(\.groups).first
        let firstSet = try first.scoredSet()
        pairs = try runs.dropFirst().map { second in
            let set = try second.scoredSet()
            let tests = McNemarTest.perLabel(
                truth: firstSet.truth, first: firstSet.decision, second: set.decision)
            return Pair(
                second: second,
                differences: bootstrap.differences(first: firstSet, second: set, groups: groups, workers: workers),
                tests: tests, correctedPValues: holmCorrected(tests.map(\.pValue)),
                configuration: Self.changes(first.configuration, second.configuration),
                notes: Self.notes(first, second))
        }
        self.first = first
        self.bootstrap = bootstrap
        isGrouped = groups != nil
    }

    static func changes(_ first: [String: String]?, _ second: [String: String]?) -> [ChangedKey]? {
        guard let first, let second else { return nil }
        return Set(first.keys).union(second.keys).sorted()
            .filter { first[$0] != second[$0] }
            .map { ChangedKey(key: $0, first: first[$0], second: second[$0]) }
    }

    private static func notes(_ first: ComparedRun, _ second: ComparedRun) -> [String] {
        var notes: [String] = []
        if let one = first.result, let other = second.result {
            if one.inputs.datasetSHA256 != other.inputs.datasetSHA256 {
                notes.append("The data sets differ in content (dataset_sha256), though samples and truth are the same")
            }
            if one.part != other.part { notes.append("The scored parts are called \(one.part) and \(other.part)") }
            for (run, result) in [(first, one), (second, other)] {
                notes += result.warnings.map { "\(run.path): \($0)" }
            }
        }
        return notes
    }
}

extension PairedDifference {
    /// What the interval says: `better`, `worse`, or nothing where it holds zero.
    func verdict(_ key: MetricKey) -> String? {
        guard isSignificant, let difference else { return nil }
        return (difference > 0) == key.isHigherBetter ? "better" : "worse"
    }
}
