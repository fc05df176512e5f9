import Datasets
import LinearAlgebra
import Synchronization

/// Tests whether labels can be predicted from numbers unrelated to the heart.
///
/// A probe is a number measured on each picture. For every label and probe two classifiers that use only that number
/// are cross-validated: one that decides per bin, and one that accepts an interval (`ProbeScores`). The better balanced
/// accuracy is compared with that of the best probe under random permutations of the labels. A label leaks if a probe
/// beats the 99th percentile of that null distribution and is at least 0.25 above chance. Chance is ½ for a label
/// against the rest.
///
/// Some probes depend on the trace itself (`ProbeTable.ofShape`): wide beats have more ink, and padding to a fixed
/// length reveals the heart rate. They count as a leak only from 0.45 above chance. No shape of a beat predicts its
/// class that well, but a different line width does. For probes of the drawing itself (`ProbeTable.ofDrawing`), the
/// lower bound of a one-sided 95 % interval must reach that limit, because in few pictures some shape probe always
/// fits.
///
/// The results for all labels at once and for pairs of probes are reported, but do not decide.
public struct ProbeAudit: Equatable, Sendable, Codable {
    public struct Settings: Equatable, Sendable, Codable {
        public var seed: UInt64
        /// The number of permutations of the labels.
        public var permutations = 200
        public var folds = 5
        /// The maximum number of bins per probe. The probes of a pair have `pairBins` each.
        public var bins = 32
        public var pairBins = 8
        /// The number of quantiles that are candidates for the ends of an interval.
        public var stretchBins = 128
        /// Whether pairs are tested. Their number grows quadratically with the number of probes.
        public var includesPairs = true
        /// The required margin above chance, and the margin for probes that depend on the trace.
        public var margin = 0.25
        public var shapeMargin = 0.45
        /// The percentile of the null distribution that a probe must beat.
        public var level = 0.99

        public init(seed: UInt64) { self.seed = seed }

        enum CodingKeys: String, CodingKey {
            case seed, permutations, folds, bins
            case pairBins = "pair_bins"
            case stretchBins = "stretch_bins"
            case includesPairs = "includes_pairs"
            case margin
            case shapeMargin = "shape_margin"
            case level
        }
    }

    /// The best result of one probe or of a pair.
    public struct Finding: Equatable, Sendable, Codable {
        /// The label's code; nil for all labels at once.
        public let label: String?
        /// One or two names.
        public let probes: [String]
        public let balancedAccuracy: Double
        public let chance: Double
        /// The lower bound of the balanced accuracy (one-sided 95 %), by Wilson's interval. It assumes equal
        /// accuracy for the label's pictures and the others.
        public let lowerBound: Double
        /// The 99th percentile of the best probe's balanced accuracy under random permutations.
        public let nullPercentile: Double
        /// Whether the number depends on the trace itself.
        public let isOfShape: Bool
        /// Whether both conditions of the rule are met.
        public let leaks: Bool

        enum CodingKeys: String, CodingKey {
            case label, probes
            case balancedAccuracy = "balanced_accuracy"
            case lowerBound = "lower_bound"
            case chance
            case nullPercentile = "null_percentile"
            case isOfShape = "is_of_shape"
            case leaks
        }
    }

    /// The leaking or else the best probe of each label that could be assessed, in label order.
    public let labels: [Finding]
    /// The best probe for all labels at once; nil if samples have several labels.
    public let overall: Finding?
    /// The best pair of probes for each label; empty if pairs were not tested.
    public let pairs: [Finding]
    /// The balanced accuracy of every probe for every label: [label's code: [probe: value]].
    public let scores: [String: [String: Double]]
    /// Warnings about labels that are too rare.
    public let warnings: [String]

    /// The labels that leak.
    public var leaks: [Finding] { labels.filter(\.leaks) }

    /// - Parameters:
    ///   - table: The probes, n × P.
    ///   - truth: The true labels, n × L.
    ///   - codes: The codes of the labels.
    /// - Throws: `SplitError.foldCount` if there are fewer samples than folds.
    /// - Complexity: O(permutations · n · P), with pairs O(permutations · n · P²).
    public init(
        of table: ProbeTable, truth: LabelMatrix, codes: [String], settings: Settings, workers: Workers = .all,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws {
        precondition(
            settings.level * Double(settings.permutations + 1) <= Double(settings.permutations) + 1e-9,
            "\(settings.permutations) permutations have no percentile \(100 * settings.level)")
        precondition(table.values.rows == truth.rows, "\(table.values.rows) rows of probes for \(truth.rows) samples")
        let folds = try Folds.stratified(truth, codes: codes, count: settings.folds, seed: settings.seed)
        let support = truth.support
        let assessed = codes.indices.filter { min(support[$0], truth.rows - support[$0]) >= settings.folds }
        let isSingleLabel = (0 ..< truth.rows).allSatisfy { row in truth.row(row).count { $0 == 1 } == 1 }
        let present = support.count { $0 > 0 }

        let context = Context(table: table, truth: truth, folds: folds, settings: settings, workers: workers)
        let steps = settings.permutations * (settings.includesPairs ? 2 : 1)
        let done = Atomic<Int>(0)
        let step: @Sendable () -> Void = { progress?(done.wrappingAdd(1, ordering: .relaxed).newValue, steps) }
        let single = context.best(
            [
                (ProbeBins(table, limit: settings.bins), .votes),
                (ProbeBins(table, limit: settings.stretchBins), .interval),
            ],
            step)
        func finding(_ best: Best, _ label: Int) -> Finding? {
            let counts = [support[label], truth.rows - support[label]]
            return best.finding(label, codes[label], chance: 0.5, counts, table, settings)
        }
        labels = assessed.compactMap { finding(single, $0) }
        overall =
            isSingleLabel && present > 1
            ? single.finding(
                truth.columns, nil, chance: 1 / Double(present), support.filter { $0 > 0 }, table, settings) : nil
        scores = Dictionary(
            uniqueKeysWithValues: assessed.map { label in
                let values = single.scores.map { $0[label] }
                let names = single.probes.map { table.names[$0[0]] }
                return (codes[label], Dictionary(zip(names, values), uniquingKeysWith: max))
            })
        if settings.includesPairs {
            let joint = context.best([(ProbeBins(table, limit: settings.pairBins).pairs, .votes)], step)
            pairs = assessed.compactMap { finding(joint, $0) }
        } else {
            pairs = []
        }
        warnings = codes.indices.filter { support[$0] > 0 && !assessed.contains($0) }.map {
            let rows = support[$0] == 1 ? "1 sample" : "\(support[$0]) samples"
            return
                "label \(codes[$0]) has \(rows) of \(truth.rows): too one-sided to be audited in \(folds.count) folds"
        }
    }
}

extension ProbeAudit {
    private struct Context {
        let table: ProbeTable
        let truth: LabelMatrix
        let folds: Folds
        let settings: Settings
        let workers: Workers

        func best(_ sets: [(bins: ProbeBins, rule: ProbeScores.Rule)], _ step: @Sendable () -> Void) -> Best {
            let scorers = sets.map { ProbeScores($0.bins, truth: truth, folds: folds, rule: $0.rule) }
            let first = scorers[0]
            let observed = scorers.flatMap { scorer in
                scorer.scores(scorer.combinationOfPlace).map { $0.labels + [$0.overall] }
            }
            let width = truth.columns + 1
            let maxima = Mutex([[Double]](repeating: [], count: settings.permutations))
            workers.forEach(settings.permutations) { index, _ in
                var generator = SeededGenerator(seed: settings.seed, purpose: "audit permutation", index: index)
                var best = [Double](repeating: 0, count: width)
                // All scorers have the same folds, and therefore the same row order.
                let permuted = first.permuted(&generator)
                for scores in scorers.flatMap({ $0.scores(permuted) }) {
                    for label in scores.labels.indices { best[label] = max(best[label], scores.labels[label]) }
                    best[width - 1] = max(best[width - 1], scores.overall)
                }
                maxima.withLock { $0[index] = best }
                step()
            }
            let null = maxima.withLock { maxima in
                (0 ..< width).map { label in maxima.map { $0[label] }.sorted() }
            }
            return Best(probes: sets.flatMap(\.bins.probes), scores: observed, null: null)
        }
    }

    private struct Best {
        let probes: [[Int]]
        /// Columns × (L + 1). The last column is for all labels at once.
        let scores: [[Double]]
        /// (L + 1) × permutations, ascending.
        let null: [[Double]]

        /// - Parameter counts: The number of rows on each side of the classification.
        func finding(
            _ label: Int, _ code: String?, chance: Double, _ counts: [Int], _ table: ProbeTable, _ settings: Settings
        ) -> Finding? {
            let percentile = percentile(label, settings.level)
            let findings = scores.indices.map { column -> Finding in
                let names = probes[column].map { table.names[$0] }
                let isOfShape = names.contains(where: table.ofShape.contains)
                let score = scores[column][label]
                let needed = chance + (isOfShape ? settings.shapeMargin : settings.margin)
                let bounds = counts.map { WilsonInterval.lowerBound(of: score, in: $0) }
                let bound = bounds.reduce(0, +) / Double(bounds.count)
                let sure = names.contains(where: table.ofDrawing.contains) ? bound : score
                return Finding(
                    label: code, probes: names, balancedAccuracy: score, chance: chance, lowerBound: bound,
                    nullPercentile: percentile, isOfShape: isOfShape, leaks: score > percentile && sure >= needed)
            }
            let candidates = findings.contains(where: \.leaks) ? findings.filter(\.leaks) : findings
            // Among equals prefer a probe that does not depend on the trace, then the first, so that the result depends
            // only on the order of the probes.
            guard let most = candidates.map(\.balancedAccuracy).max() else { return nil }
            let best = candidates.filter { $0.balancedAccuracy == most }
            return best.first { !$0.isOfShape } ?? best.first
        }

        /// Returns the ⌈level·(m + 1)⌉-th smallest of m. Chance exceeds it with a probability of at most 1 − level.
        private func percentile(_ label: Int, _ level: Double) -> Double {
            let rank = Int((level * Double(null[label].count + 1) - 1e-9).rounded(.up))
            return null[label][max(rank, 1) - 1]
        }
    }
}
