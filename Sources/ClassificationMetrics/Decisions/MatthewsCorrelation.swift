import LinearAlgebra

extension LabelCounts {
    /// The correlation of truth and decision, −1…1; 0 if either has one value only.
    public var matthewsCorrelation: Double {
        let product = [support, predicted, trueNegatives + falsePositives, trueNegatives + falseNegatives]
            .reduce(1) { $0 * Double($1) }
        guard product > 0 else { return 0 }
        let covariance =
            Double(truePositives) * Double(trueNegatives) - Double(falsePositives) * Double(falseNegatives)
        return covariance / product.squareRoot()
    }
}

/// Matthews correlation coefficient per label: L values.
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
/// - Source: Matthews, Biochim. Biophys. Acta 405 (1975).
public func matthewsCorrelationPerLabel(truth: LabelMatrix, decision: LabelMatrix) -> [Double] {
    labelCounts(truth: truth, decision: decision).map(\.matthewsCorrelation)
}
