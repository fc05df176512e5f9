import LinearAlgebra

/// The four cells of one label's confusion matrix.
public struct LabelCounts: Equatable, Hashable, Codable, Sendable {
    public var truePositives = 0
    public var falsePositives = 0
    public var falseNegatives = 0
    public var trueNegatives = 0

    public init(truePositives: Int = 0, falsePositives: Int = 0, falseNegatives: Int = 0, trueNegatives: Int = 0) {
        self.truePositives = truePositives
        self.falsePositives = falsePositives
        self.falseNegatives = falseNegatives
        self.trueNegatives = trueNegatives
    }

    /// The number of samples with the label.
    public var support: Int { truePositives + falseNegatives }

    /// The number of samples that were classified as having the label.
    public var predicted: Int { truePositives + falsePositives }

    public var total: Int { support + falsePositives + trueNegatives }

    /// Counts one decision `times` times.
    @inline(__always)
    mutating func add(truth: UInt8, decision: UInt8, times: Int = 1) {
        switch (truth, decision) {
        case (0, 0): trueNegatives += times
        case (0, _): falsePositives += times
        case (_, 0): falseNegatives += times
        default: truePositives += times
        }
    }

    static func + (a: LabelCounts, b: LabelCounts) -> LabelCounts {
        LabelCounts(
            truePositives: a.truePositives + b.truePositives, falsePositives: a.falsePositives + b.falsePositives,
            falseNegatives: a.falseNegatives + b.falseNegatives, trueNegatives: a.trueNegatives + b.trueNegatives)
    }

    func ratio(_ numerator: Int, _ denominator: Int, _ zeroDivision: ZeroDivision) -> Double {
        denominator == 0 ? zeroDivision.rawValue : Double(numerator) / Double(denominator)
    }
}

/// The confusion matrix of each label: L values (scikit-learn's `multilabel_confusion_matrix`).
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
public func labelCounts(truth: LabelMatrix, decision: LabelMatrix) -> [LabelCounts] {
    requireSameShape(truth, decision)
    var counts = Array(repeating: LabelCounts(), count: truth.columns)
    for row in 0 ..< truth.rows {
        for label in 0 ..< truth.columns {
            let place = row * truth.columns + label
            counts[label].add(truth: truth.values[place], decision: decision.values[place])
        }
    }
    return counts
}

/// The confusion matrix of each sample over its L labels: n values.
public func sampleCounts(truth: LabelMatrix, decision: LabelMatrix) -> [LabelCounts] {
    requireSameShape(truth, decision)
    return (0 ..< truth.rows).map { row in
        var counts = LabelCounts()
        for (isTrue, isDecided) in zip(truth.row(row), decision.row(row)) {
            counts.add(truth: isTrue, decision: isDecided)
        }
        return counts
    }
}

/// Averages a ratio of counts. Without labels or samples the average is `zeroDivision`.
func averaged(
    _ average: Averaging, truth: LabelMatrix, decision: LabelMatrix, zeroDivision: ZeroDivision,
    _ ratio: (LabelCounts) -> Double
) -> Double {
    switch average {
    case .micro:
        return ratio(labelCounts(truth: truth, decision: decision).reduce(LabelCounts(), +))
    case .macro:
        return mean(labelCounts(truth: truth, decision: decision).map(ratio), empty: zeroDivision.rawValue)
    case .samples:
        return mean(sampleCounts(truth: truth, decision: decision).map(ratio), empty: zeroDivision.rawValue)
    case .weighted:
        let counts = labelCounts(truth: truth, decision: decision)
        return mean(counts.map(ratio), weights: counts.map(\.support), empty: zeroDivision.rawValue)
    }
}
