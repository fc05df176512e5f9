import LinearAlgebra

/// A calibrator for each label of a classifier.
public struct LabelCalibration: Codable, Equatable, Sendable {
    /// L, in label order.
    public let calibrators: [Calibrator]

    public init(calibrators: [Calibrator]) { self.calibrators = calibrators }

    /// Fits a calibrator for each label.
    ///
    /// - Parameters:
    ///   - decisionValues: n × L, finite, of samples that the classifier was not trained on.
    ///   - truth: n × L.
    public static func fit(
        method: CalibrationMethod, decisionValues: Matrix<Double>, truth: LabelMatrix
    ) -> LabelCalibration {
        precondition(
            decisionValues.rows == truth.rows && decisionValues.columns == truth.columns,
            "truth is \(truth.rows) × \(truth.columns), values \(decisionValues.rows) × \(decisionValues.columns)")
        return LabelCalibration(
            calibrators: (0 ..< truth.columns).map { label in
                .fit(method: method, decisionValues: decisionValues.column(label), truth: truth.column(label))
            })
    }

    /// Returns calibrated probabilities.
    ///
    /// - Parameter decisionValues: n × L.
    /// - Returns: n × L, 0…1.
    public func probabilities(_ decisionValues: Matrix<Double>) -> Matrix<Double> {
        precondition(
            decisionValues.columns == calibrators.count,
            "\(decisionValues.columns) labels for \(calibrators.count) calibrators")
        var result = decisionValues
        for row in 0 ..< result.rows {
            for (label, calibrator) in calibrators.enumerated() {
                result[row, label] = calibrator.probability(decisionValues[row, label])
            }
        }
        return result
    }
}
