import ClassificationMetrics
import LinearAlgebra

/// The differences between runs and the first of them on the same samples.
public struct RunComparison: Sendable {
    public let first: ComparedRun
    /// One pair for each further run, in the given order.
    public let pairs: [Pair]
    public let bootstrap: Bootstrap
    /// Whether the bootstrap resamples whole groups (patients).
    public let isGrouped: Bool

    /// The comparison of one run with the first.
    public struct Pair: Sendable {
        public let second: ComparedRun
        /// Second − first for each metric, with the interval.
        public let differences: [MetricKey: PairedDifference]
        /// One test for each label, in label order.
        public let tests: [McNemarTest]
        /// The tests' p values, corrected for the number of labels.
        public let correctedPValues: [Double]
        /// The keys of `config.yaml` that differ, sorted; nil if either run has no `config.yaml`.
        public let configuration: [ChangedKey]?
        /// Notes that qualify the comparison.
        public let notes: [String]
    }

    /// A configuration key with its values in the two runs; nil if a run lacks the key.
    public struct ChangedKey: Equatable, Sendable {
        public let key: String
        public let first: String?
        public let second: String?
    }

    /// - Precondition: There are at least two runs.
    /// - Throws: `ComparisonError` unless all runs have the same samples; `MetricsError` for scores that are not
    ///   probabilities.
    public init(of runs: [ComparedRun], bootstrap: Bootstrap, workers: Workers) throws {
        precondition(runs.count >= 2, "\(runs.count) runs to compare")
        let first = runs[0]
        for run in runs.dropFirst() { try run.requireSameRows(as: first) }
        // The samples are the same in all runs, so groups known in one run apply to all.
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
                notes.append("The content of the datasets differs (dataset_sha256), but samples and truth are the same")
            }
            if one.part != other.part { notes.append("The scored parts are \(one.part) and \(other.part)") }
            for (run, result) in [(first, one), (second, other)] {
                notes += result.warnings.map { "\(run.path): \($0)" }
            }
        }
        return notes
    }
}

extension PairedDifference {
    /// The conclusion from the interval: `better`, `worse`, or nil if it contains zero.
    func verdict(_ key: MetricKey) -> String? {
        guard isSignificant, let difference else { return nil }
        return (difference > 0) == key.isHigherBetter ? "better" : "worse"
    }
}
