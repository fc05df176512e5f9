import LinearAlgebra

/// The area under the receiver operating characteristic, averaged.
///
/// It is the probability that a positive scores higher than a negative. Equal scores count half.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite.
/// - Returns: 0…1; nil if an averaged area is undefined. The area of a label (with `.samples`, a sample) is undefined
///   if its truth has one class only.
public func rocAUC(truth: LabelMatrix, scores: Matrix<Double>, average: Averaging) -> Double? {
    requireSameShape(truth, scores)
    switch average {
    case .micro:
        return RankedColumn(truth: truth.values, scores: scores.values).rocAUC()
    case .macro, .weighted:
        let areas = rocAUCPerLabel(truth: truth, scores: scores).compactMap { $0 }
        guard areas.count == truth.columns, !areas.isEmpty else { return nil }
        return average == .macro ? mean(areas, empty: 0) : mean(areas, weights: truth.support, empty: 0)
    case .samples:
        var areas: [Double] = []
        for row in 0 ..< truth.rows {
            guard let area = RankedColumn(truth: truth.row(row), scores: scores.row(row)).rocAUC() else { return nil }
            areas.append(area)
        }
        return areas.isEmpty ? nil : mean(areas, empty: 0)
    }
}

/// The area under the ROC curve per label: L values, nil for a label whose truth has one class only.
public func rocAUCPerLabel(truth: LabelMatrix, scores: Matrix<Double>) -> [Double?] {
    requireSameShape(truth, scores)
    return (0 ..< truth.columns).map { label in
        RankedColumn(truth: truth.column(label), scores: scores.column(label)).rocAUC()
    }
}

extension RankedColumn {
    /// - Parameter counts: the multiplicity of each row; nil for one each.
    func rocAUC(counts: [Int32]? = nil) -> Double? {
        var positives = 0
        var negatives = 0
        var doubledArea = 0
        forEachRun(counts) { _, truePart, falsePart in
            doubledArea += falsePart * (2 * positives + truePart)
            positives += truePart
            negatives += falsePart
        }
        guard positives > 0, negatives > 0 else { return nil }
        return Double(doubledArea) / (2 * Double(positives) * Double(negatives))
    }
}
