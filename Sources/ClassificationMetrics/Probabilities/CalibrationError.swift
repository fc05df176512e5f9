import LinearAlgebra

/// One bin of a reliability diagram.
public struct ReliabilityBin: Equatable, Codable, Sendable {
    /// What the scores promised, 0…1.
    public let meanScore: Double
    /// What came true, 0…1.
    public let positiveRate: Double
    /// Samples in the bin; a run of equal scores may be shared between bins.
    public let count: Int

    /// How far promise and truth are apart.
    public var gap: Double { abs(meanScore - positiveRate) }
}

/// The expected calibration error of each label: L values, nil without samples.
///
/// The samples are sorted by score and cut into `bins` bins of equal size (the first n mod `bins` have one more);
/// the error is the mean over samples of |mean score − share of true| of their bin. Where a cut falls into a run of
/// equal scores, each bin takes its part of the run's true ones in proportion, so the order of samples cannot matter.
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

/// The mean over labels of their expected calibration errors, nil without samples or labels.
public func expectedCalibrationError(truth: LabelMatrix, scores: Matrix<Double>, bins: Int = 15) -> Double? {
    let errors = expectedCalibrationErrorPerLabel(truth: truth, scores: scores, bins: bins).compactMap { $0 }
    return errors.isEmpty ? nil : mean(errors, empty: 0)
}

/// The bins of a reliability diagram, lowest scores first; at most `bins`, none of them empty.
///
/// - Parameters:
///   - truth: 0 or 1, one for each score.
///   - scores: probabilities.
public func reliabilityBins(truth: [UInt8], scores: [Double], bins: Int = 15) -> [ReliabilityBin] {
    RankedColumn(truth: truth, scores: scores).reliabilityBins(bins: bins).reversed()
}

extension RankedColumn {
    /// - Parameter counts: how often each row counts; nil for once.
    func calibrationError(bins: Int = 15, counts: [Int32]? = nil) -> Double? {
        var total = 0
        var sum = 0.0
        for bin in reliabilityBins(bins: bins, counts: counts) {
            total += bin.count
            sum += Double(bin.count) * bin.gap
        }
        return total > 0 ? sum / Double(total) : nil
    }

    /// Highest scores first.
    func reliabilityBins(bins: Int, counts: [Int32]? = nil) -> [ReliabilityBin] {
        precondition(bins >= 1, "\(bins) bins")
        let total = counts.map { counts in rows.reduce(0) { $0 + Int(counts[Int($1)]) } } ?? rows.count
        // The bins are counted from the lowest score, and walked from the highest.
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
