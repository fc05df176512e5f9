/// The interval of bins inside or outside of which a label is most frequent.
///
/// A bin's weight is the label's share of rows in it minus the share of the others. The interval with the largest sum
/// has the best balanced accuracy, ½ + sum/2. The one with the smallest sum is the best one to exclude.
///
/// - Source: Kadane's maximum subarray (Bentley, Comm. ACM 27 (1984)).
struct ProbeInterval {
    private let bins: Range<Int>
    private let isInside: Bool

    /// - Parameters:
    ///   - positives: The number of the label's rows in each bin; `negatives` has those of the others.
    ///   - ranges: The values of each bin, ascending.
    init(positives: [Int32], negatives: [Int32], ranges: [(least: Double, greatest: Double)]) {
        let (own, others) = (Double(positives.reduce(0, +)), Double(negatives.reduce(0, +)))
        // Multiplied by both totals, so that weights are integers and sums exact.
        func weight(_ bin: Int) -> Double { Double(positives[bin]) * others - Double(negatives[bin]) * own }
        let best = Self.stretch(positives.count, weight)
        let worst = Self.stretch(positives.count) { -weight($0) }
        isInside = best.sum >= worst.sum
        // Empty bins go to the side with the nearer values.
        bins = Self.widened(isInside ? best.bins : worst.bins, ranges) { positives[$0] + negatives[$0] == 0 }
    }

    /// Whether a row in this bin is classified as the label.
    func says(_ bin: Int) -> Bool { bins.contains(bin) == isInside }

    /// Returns the first interval with the largest sum, with weight at both ends; empty without a positive weight.
    private static func stretch(_ count: Int, _ weight: (Int) -> Double) -> (bins: Range<Int>, sum: Double) {
        var best = (bins: 0 ..< 0, sum: 0.0)
        var (start, sum) = (0, 0.0)
        for bin in 0 ..< count {
            if sum <= 0 { (start, sum) = (bin, 0) }
            sum += weight(bin)
            if sum > best.sum { best = (start ..< bin + 1, sum) }
        }
        return best
    }

    private static func widened(
        _ bins: Range<Int>, _ ranges: [(least: Double, greatest: Double)], isEmpty: (Int) -> Bool
    ) -> Range<Int> {
        guard !bins.isEmpty else { return bins }
        var (lower, upper) = (bins.lowerBound, bins.upperBound)
        let above = (upper ..< ranges.count).first { !isEmpty($0) }
        let below = (0 ..< lower).last { !isEmpty($0) }
        let (least, greatest) = (ranges[lower].least, ranges[upper - 1].greatest)
        while upper < (above ?? ranges.count),
            above.map({ ranges[upper].least - greatest < ranges[$0].least - ranges[upper].greatest }) ?? true
        {
            upper += 1
        }
        while lower > (below.map { $0 + 1 } ?? 0),
            below.map({ least - ranges[lower - 1].greatest < ranges[lower - 1].least - ranges[$0].greatest }) ?? true
        {
            lower -= 1
        }
        return lower ..< upper
    }
}

/// Wilson's confidence interval for a share.
///
/// - Source: Wilson, J. Am. Stat. Assoc. 22 (1927).
enum WilsonInterval {
    /// Returns the lower bound of the one-sided 95 % interval.
    ///
    /// - Parameters:
    ///   - share: The observed share of `count` rows, 0…1; 0 for no rows.
    static func lowerBound(of share: Double, in count: Int) -> Double {
        guard count > 0 else { return 0 }
        let (n, z) = (Double(count), 1.6448536269514722)
        let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, (share + z * z / (2 * n) - spread) / (1 + z * z / n))
    }
}
