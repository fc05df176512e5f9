import LinearAlgebra

/// The metric that a threshold maximizes.
public enum ThresholdGoal: String, CaseIterable, Codable, Sendable {
    case f1
    /// The mean of sensitivity and specificity.
    case balancedAccuracy = "balanced_accuracy"
    case matthewsCorrelation = "matthews_correlation"
}

/// A threshold: a label is decided if its score is at least `threshold`.
public struct TunedThreshold: Codable, Equatable, Sendable {
    public let threshold: Double
    /// The value of the metric on the samples that the threshold was tuned on; nil if they do not distinguish
    /// thresholds.
    public let value: Double?

    public init(threshold: Double, value: Double?) {
        self.threshold = threshold
        self.value = value
    }
}

/// Selects thresholds of decisions.
public enum ThresholdTuning {
    /// Returns the best of all scores as threshold, and the highest of equally good ones.
    ///
    /// If no sample is positive (or none is negative, for metrics that need both), all thresholds are equally good, and
    /// `fallback` is used.
    ///
    /// - Parameters:
    ///   - scores: n, finite, of samples that nothing was trained on.
    ///   - truth: n, 0 or 1.
    ///   - fallback: the default is even odds of a calibrated score.
    /// - Complexity: O(n log n).
    public static func tuned(
        scores: [Double], truth: [UInt8], goal: ThresholdGoal = .f1, fallback: Double = 0.5
    ) -> TunedThreshold {
        requireCalibrationSample(scores, truth)
        let positives = truth.count { $0 == 1 }
        let negatives = truth.count - positives
        guard positives > 0, goal == .f1 || negatives > 0 else {
            return TunedThreshold(threshold: fallback, value: nil)
        }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var best: (threshold: Double, value: Double)?
        var truePositives = 0
        for (rank, index) in order.enumerated() {
            truePositives += Int(truth[index])
            if rank + 1 < order.count, scores[order[rank + 1]] == scores[index] { continue }
            let value = goal.value(
                truePositives: truePositives, falsePositives: rank + 1 - truePositives, positives: positives,
                negatives: negatives)
            // Smaller differences are rounding errors, and must not separate equal thresholds.
            if best.map({ value > $0.value + 1e-15 }) ?? true { best = (scores[index], value) }
        }
        return TunedThreshold(threshold: best?.threshold ?? fallback, value: best?.value)
    }

    /// Returns a threshold for each label.
    ///
    /// - Parameters:
    ///   - scores: n × L, finite, of samples that nothing was trained on.
    ///   - truth: n × L.
    public static func tuned(
        scores: Matrix<Double>, truth: LabelMatrix, goal: ThresholdGoal = .f1, fallback: Double = 0.5
    ) -> [TunedThreshold] {
        precondition(
            scores.rows == truth.rows && scores.columns == truth.columns,
            "truth is \(truth.rows) × \(truth.columns), scores are \(scores.rows) × \(scores.columns)")
        return (0 ..< truth.columns).map { label in
            tuned(scores: scores.column(label), truth: truth.column(label), goal: goal, fallback: fallback)
        }
    }

    /// - Parameters:
    ///   - scores: n × L.
    ///   - thresholds: L.
    /// - Returns: n × L, 1 where the score is at least the threshold.
    public static func decision(scores: Matrix<Double>, thresholds: [Double]) -> LabelMatrix {
        precondition(scores.columns == thresholds.count, "\(scores.columns) labels, \(thresholds.count) thresholds")
        var decision = LabelMatrix(rows: scores.rows, columns: scores.columns)
        for row in 0 ..< scores.rows {
            for (label, threshold) in thresholds.enumerated() where scores[row, label] >= threshold {
                decision[row, label] = true
            }
        }
        return decision
    }
}

extension ThresholdGoal {
    fileprivate func value(truePositives: Int, falsePositives: Int, positives: Int, negatives: Int) -> Double {
        let (tp, fp) = (Double(truePositives), Double(falsePositives))
        let (p, n) = (Double(positives), Double(negatives))
        switch self {
        case .f1:
            return 2 * tp / (tp + fp + p)
        case .balancedAccuracy:
            return (tp / p + (n - fp) / n) / 2
        case .matthewsCorrelation:
            let product = p * n * (tp + fp) * (p + n - tp - fp)
            return product > 0 ? (tp * (n - fp) - fp * (p - tp)) / product.squareRoot() : 0
        }
    }
}
