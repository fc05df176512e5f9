import Datasets
import LinearAlgebra

/// Cross-validated balanced accuracies of classifiers that use one binned number.
///
/// `votes` accepts each bin in which, in the training folds, the label's share of rows exceeds that of the others. This
/// is the optimal rule for balanced accuracy if each bin has enough rows. `interval` accepts one interval of values, or
/// its outside (`ProbeInterval`), and needs few rows if a label's values are contiguous. All results come from one
/// table of counts per number (fold × bin × combination of labels), so that hundreds of permutations are fast.
struct ProbeScores {
    enum Rule {
        case votes, interval
    }

    private let bins: ProbeBins
    private let rule: Rule
    private let folds: Int
    /// The rows, grouped by fold.
    private let order: [Int]
    private let foldStarts: [Int]
    /// The bins of every column, in that order.
    private let columns: [[UInt8]]
    /// The distinct combinations of labels, and the combination of each row of `order`.
    private let combinations: [[Int]]
    private let labelCount: Int
    let combinationOfPlace: [UInt32]

    init(_ bins: ProbeBins, truth: LabelMatrix, folds: Folds, rule: Rule = .votes) {
        self.bins = bins
        self.rule = rule
        self.folds = folds.count
        labelCount = truth.columns
        let rows = (0 ..< folds.count).map(folds.test)
        let order = rows.flatMap { $0 }
        self.order = order
        foldStarts = rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        columns = bins.columns.map { column in order.map { column[$0] } }
        var numbers: [[Int]: UInt32] = [:]
        var combinations: [[Int]] = []
        combinationOfPlace = order.map { row in
            let labels = truth.labels(ofRow: row)
            if let known = numbers[labels] { return known }
            numbers[labels] = UInt32(combinations.count)
            combinations.append(labels)
            return UInt32(combinations.count - 1)
        }
        self.combinations = combinations
    }

    /// The balanced accuracies of one probe or of one pair.
    struct Scores {
        /// The results for each label against the rest. Chance is ½.
        var labels: [Double]
        /// The result for all labels at once, by votes only, else 0. Chance is one over their number.
        var overall: Double
    }

    /// Permutes the combinations within each fold, so that folds stay stratified.
    func permuted(_ generator: inout SeededGenerator) -> [UInt32] {
        (0 ..< folds).flatMap { fold in
            generator.shuffled(Array(combinationOfPlace[foldStarts[fold] ..< foldStarts[fold + 1]]))
        }
    }

    /// Returns the scores of every column.
    func scores(_ combinationOfPlace: [UInt32]) -> [Scores] {
        columns.indices.map { score(column: $0, combinationOfPlace) }
    }

    private func score(column: Int, _ combinationOfPlace: [UInt32]) -> Scores {
        let binCount = bins.counts[column]
        let width = combinations.count
        var counts = [Int32](repeating: 0, count: folds * binCount * width)
        counts.withUnsafeMutableBufferPointer { counts in
            columns[column].withUnsafeBufferPointer { bin in
                combinationOfPlace.withUnsafeBufferPointer { combination in
                    for fold in 0 ..< folds {
                        let base = fold * binCount * width
                        for place in foldStarts[fold] ..< foldStarts[fold + 1] {
                            counts[base + Int(bin[place]) * width + Int(combination[place])] &+= 1
                        }
                    }
                }
            }
        }
        let byLabel = byLabel(counts, binCount)
        switch rule {
        case .votes: return evaluate(byLabel, binCount)
        case .interval: return evaluateIntervals(byLabel, bins.ranges[column])
        }
    }

    /// Returns counts by label from counts by combination: fold × bin × (L + 1), the last for all rows.
    private func byLabel(_ counts: [Int32], _ binCount: Int) -> [Int32] {
        let wide = labelCount + 1
        var byLabel = [Int32](repeating: 0, count: folds * binCount * wide)
        for cell in 0 ..< folds * binCount {
            for combination in combinations.indices {
                let count = counts[cell * combinations.count + combination]
                guard count > 0 else { continue }
                for label in combinations[combination] { byLabel[cell * wide + label] += count }
                byLabel[cell * wide + labelCount] += count
            }
        }
        return byLabel
    }

    private func evaluate(_ counts: [Int32], _ binCount: Int) -> Scores {
        let wide = labelCount + 1
        // [fold][label] totals, and totals over all folds, of bins and in total.
        var ofFold = [Int32](repeating: 0, count: folds * wide)
        var ofBin = [Int32](repeating: 0, count: binCount * wide)
        var total = [Int32](repeating: 0, count: wide)
        for fold in 0 ..< folds {
            for bin in 0 ..< binCount {
                for label in 0 ..< wide {
                    let count = counts[(fold * binCount + bin) * wide + label]
                    ofFold[fold * wide + label] += count
                    ofBin[bin * wide + label] += count
                    total[label] += count
                }
            }
        }

        var yes = [Int32](repeating: 0, count: labelCount)  // true positives
        var no = [Int32](repeating: 0, count: labelCount)  // true negatives
        var chosen = [Int32](repeating: 0, count: labelCount)  // right when all labels compete
        for fold in 0 ..< folds {
            for bin in 0 ..< binCount {
                let cell = (fold * binCount + bin) * wide
                guard counts[cell + labelCount] > 0 else { continue }
                let binRows = ofBin[bin * wide + labelCount] - counts[cell + labelCount]
                let rows = total[labelCount] - ofFold[fold * wide + labelCount]
                var best = (share: -1.0, label: 0)
                for label in 0 ..< labelCount {
                    let positive = total[label] - ofFold[fold * wide + label]
                    let here = ofBin[bin * wide + label] - counts[cell + label]
                    // Shares are compared by products, so that a missing class needs no special case.
                    if Int(here) * Int(rows - positive) > Int(binRows - here) * Int(positive) {
                        yes[label] += counts[cell + label]
                    } else {
                        no[label] += counts[cell + labelCount] - counts[cell + label]
                    }
                    let share = positive == 0 ? 0 : Double(here) / Double(positive)
                    if share > best.share { best = (share, label) }
                }
                chosen[best.label] += counts[cell + best.label]
            }
        }

        let labels = (0 ..< labelCount).map { label in
            (share(yes[label], of: total[label]) + share(no[label], of: total[labelCount] - total[label])) / 2
        }
        let present = (0 ..< labelCount).filter { total[$0] > 0 }
        let recalls = present.reduce(0.0) { $0 + share(chosen[$1], of: total[$1]) }
        return Scores(labels: labels, overall: present.isEmpty ? 0 : recalls / Double(present.count))
    }

    private func share(_ part: Int32, of whole: Int32) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

    private func evaluateIntervals(_ counts: [Int32], _ ranges: [(least: Double, greatest: Double)]) -> Scores {
        let wide = labelCount + 1
        let cells = ranges.count * wide
        let ofBin = (0 ..< cells).map { cell in (0 ..< folds).reduce(Int32(0)) { $0 + counts[$1 * cells + cell] } }
        var positives = [Int32](repeating: 0, count: ranges.count)
        var negatives = positives
        let labels = (0 ..< labelCount).map { label -> Double in
            // The label space has labels that the dataset lacks.
            guard ranges.indices.contains(where: { ofBin[$0 * wide + label] > 0 }) else { return 0 }
            var (yes, no, ofLabel, ofOthers): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
            for fold in 0 ..< folds {
                let base = fold * cells
                for bin in ranges.indices {
                    let (own, all) = (bin * wide + label, bin * wide + labelCount)
                    positives[bin] = ofBin[own] - counts[base + own]
                    negatives[bin] = ofBin[all] - counts[base + all] - positives[bin]
                }
                let interval = ProbeInterval(positives: positives, negatives: negatives, ranges: ranges)
                for bin in ranges.indices {
                    let own = counts[base + bin * wide + label]
                    let others = counts[base + bin * wide + labelCount] - own
                    if interval.says(bin) { yes += own } else { no += others }
                    ofLabel += own
                    ofOthers += others
                }
            }
            return (share(yes, of: ofLabel) + share(no, of: ofOthers)) / 2
        }
        return Scores(labels: labels, overall: 0)
    }
}
