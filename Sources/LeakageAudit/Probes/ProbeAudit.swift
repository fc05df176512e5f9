import Datasets
import LinearAlgebra
import Synchronization

/// Whether labels can be told from numbers that have nothing to do with the heart.
///
/// Every probe is a number read off each picture. For every label and probe two classifiers that know that number alone
/// are cross-validated, one that decides for each of a few bins of it and one for a single stretch of it
/// (`ProbeScores`); the better balanced accuracy is compared with what the best of all probes reaches when the labels
/// are dealt out anew at random. A label leaks when a probe beats the 99th percentile of that null and is at least 0.25
/// above chance, which is ½ for a label against the rest.
///
/// Some numbers the trace itself has a part in (`ProbeTable.ofShape`): broad beats take more ink, and a level end
/// filled up to a fixed length tells the heart rate. They are reported as they are, and convict a label only when they
/// are 0.45 above chance: no shape of a beat gives its class away that surely, a line width of its own does. Where the
/// drawing itself is measured (`ProbeTable.ofDrawing`), the lower end of a one-sided 95 % interval must be: of a handful
/// of pictures some number of the shape is always right.
///
/// What all labels at once, and pairs of probes, reach is reported beside it and decides nothing.
public struct ProbeAudit: Equatable, Sendable, Codable {
    public struct Settings: Equatable, Sendable, Codable {
        public var seed: UInt64
        /// How often the labels are dealt out anew.
        public var permutations = 200
        public var folds = 5
        /// The most bins that a probe is cut into; the probes of a pair are cut into `pairBins` each.
        public var bins = 32
        public var pairBins = 8
        /// Among how many values, of equal mass, the ends of a stretch are looked for.
        public var stretchBins = 128
        /// Pairs are tried; their number grows with the square of the probes'.
        public var includesPairs = true
        /// How far above chance a probe must be, and how far if the trace has a part in it.
        public var margin = 0.25
        public var shapeMargin = 0.45
        /// The percentile of the null that it must beat.
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

    /// The best that one probe, or a pair, can do.
    public struct Finding: Equatable, Sendable, Codable {
        /// The label's code; nil for all labels at once.
        public let label: String?
        /// One name, or two.
        public let probes: [String]
        public let balancedAccuracy: Double
        public let chance: Double
        /// What it surely is (one-sided 95 %), by Wilson's interval as if the label's pictures and the others were told
        /// equally well.
        public let lowerBound: Double
        /// What the best probe of as many stays under in 99 of 100 random deals of the labels.
        public let nullPercentile: Double
        /// The trace itself has a part in the number.
        public let isOfShape: Bool
        /// Both conditions of the rule hold.
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

    /// One for each label that could be assessed, in label order: the probe that leaks most, else its best.
    public let labels: [Finding]
    /// The best probe for all labels at once; nil where samples carry several labels.
    public let overall: Finding?
    /// As `labels`, by pairs; empty if pairs were not tried.
    public let pairs: [Finding]
    /// The balanced accuracy of every probe for every label: [label's code: [probe: value]].
    public let scores: [String: [String: Double]]
    /// Sentences about labels that are too rare.
    public let warnings: [String]

    /// The labels that leak.
    public var leaks: [Finding] { labels.filter(\.leaks) }

    /// - Parameters:
    ///   - table: n × P.
    ///   - truth: n × L.
    ///   - codes: of the labels.
    /// - Throws: `SplitError.foldCount` if there are fewer samples than folds.
    /// - Complexity: O(permutations · n · P), with pairs O(permutations · n · P²).
    public init(
        of table: ProbeTable, truth: LabelMatrix, codes: [String], settings: Settings, workers: Workers = .all,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws {
        precondition(
            settings.level * Double(settings.permutations + 1) <= Double(settings.permutations) + 1e-9,
            "\(settings.permutations) permutations have no percentile \(100 * settings.level)")
        precondition(table.values.rows == truth.rows, "\(table.values.rows) probes of \(truth.rows) samples")
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
                // All scorers have the same folds, and so their rows in the same places.
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
        /// Columns × (L + 1), the last of all labels at once.
        let scores: [[Double]]
        /// (L + 1) × permutations, ascending.
        let null: [[Double]]

        /// - Parameter counts: of the rows of each side that is told apart.
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
            // Of equals one that the trace has no part in, as the plainer reason; then the first, so that the order of
            // probes decides and nothing else.
            guard let most = candidates.map(\.balancedAccuracy).max() else { return nil }
            let best = candidates.filter { $0.balancedAccuracy == most }
            return best.first { !$0.isOfShape } ?? best.first
        }

        /// The ⌈level·(m + 1)⌉-th smallest of m: chance beats it with a probability of at most 1 − level.
        private func percentile(_ label: Int, _ level: Double) -> Double {
            let rank = Int((level * Double(null[label].count + 1) - 1e-9).rounded(.up))
            return null[label][max(rank, 1) - 1]
        }
    }
}
