import LinearAlgebra

/// One bin of a reliability diagram.
public struct ReliabilityBin: Equatable, Codable, Sendable {
    /// The mean predicted probability, 0…1.
    public let meanScore: Double
    /// The fraction of positives, 0…1.
    public let positiveRate: Double
    /// The number of samples in the bin. Samples with equal scores may be divided between bins.
    public let count: Int

    /// The absolute difference of mean score and fraction of positives.
    public var gap: Double { abs(meanScore - positiveRate) }
}

/// Expected calibration error per label: L values, nil without samples.
///
/// The samples are sorted by score and divided into `bins` bins of equal size; the first n mod `bins` have one more.
/// The error is the mean over samples of |mean score − fraction of positives| of their bin. If a boundary falls between
/// equal scores, each bin gets their positives in proportion. The order of samples therefore does not matter.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, probabilities.
/// - Source: Naeini, Cooper & Hauskrecht, AAAI 2015, with the equal-mass bins of Nguyen & O'Connor, EMNLP 2015.
public func expectedCalibrationErrorPerLabel(
    truth: LabelMatrix, scores: Matrix<Double>, bins: Int = 15
) -> [Double?] {
    requireSameShape(truth, scores)
    return (0 ..< truth.columns).map { label in
        RankedColumn(truth: truth.column(label), scores: scores.column(label)).calibrationError(bins: bins)
    }
}

/// The mean of the labels' expected calibration errors; nil without samples or labels.
public func expectedCalibrationError(truth: LabelMatrix, scores: Matrix<Double>, bins: Int = 15) -> Double? {
    let errors = expectedCalibrationErrorPerLabel(truth: truth, scores: scores, bins: bins).compactMap { $0 }
    return errors.isEmpty ? nil : mean(errors, empty: 0)
}

/// Returns the bins of a reliability diagram, lowest scores first. There are at most `bins`, none of them empty.
///
/// - Parameters:
///   - truth: 0 or 1, one for each score.
///   - scores: probabilities.
public func reliabilityBins(truth: [UInt8], scores: [Double], bins: Int = 15) -> [ReliabilityBin] {
    RankedColumn(truth: truth, scores: scores).reliabilityBins(bins: bins).reversed()
}

extension RankedColumn {
    /// - Parameter counts: the multiplicity of each row; nil for one each.
    func calibrationError(bins: Int = 15, counts: [Int32]? = nil) -> Double? {
        var total = 0
        var sum = 0.0
        for bin in reliabilityBins(bins: bins, counts: counts) {
            total += bin.count
            sum += Double(bin.count) * bin.gap
        }
        return total > 0 ? sum / Double(total) : nil
    }

    /// Returns the bins, highest scores first.
    func reliabilityBins(bins: Int, counts: [Int32]? = nil) -> [ReliabilityBin] {
        precondition(bins >= 1, "bins must be at least 1, found \(bins)")
        let total = counts.map { counts in rows.reduce(0) { $0 + Int(counts[Int($1)]) } } ?? rows.count
        // Bin sizes are defined from the lowest score, but runs come from the highest.
        let sizes = (0 ..< bins).map { total / bins + ($0 < total % bins ? 1 : 0) }.reversed().filter { $0 > 0 }
        var result: [ReliabilityBin] = []
        result.reserveCapacity(sizes.count)
        var space = sizes.first ?? 0
        var scoreSum = 0.0
        var positiveSum = 0.0
        forEachRun(counts) { score, positives, negatives in
            let rate = Double(positives) / Double(positives + negatives)
            var left = positives + negatives
            while left > 0 {
                let taken = min(left, space)
                scoreSum += Double(taken) * score
                positiveSum += Double(taken) * rate
                left -= taken
                space -= taken
                guard space == 0 else { continue }
                let size = sizes[result.count]
                result.append(
                    ReliabilityBin(
                        meanScore: scoreSum / Double(size), positiveRate: positiveSum / Double(size), count: size))
                (scoreSum, positiveSum) = (0, 0)
                space = result.count < sizes.count ? sizes[result.count] : 0
            }
        }
        return result
    }
}
