import Foundation
import LinearAlgebra

/// Why an ensemble has no answer.
public enum EnsembleError: Error, Equatable {
    /// A member's value for a row, counted from 0, is NaN or infinite: its features are not finite, or so large that
    /// sums of them are not.
    case notFinite(member: String, row: Int)
}

extension EnsembleError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notFinite(let member, let row):
            "\(member) has no finite value for row \(row + 1): its features are not numbers, or far too large. "
                + "Repair the features, or the network that they come from."
        }
    }

    public var errorDescription: String? { description }
}

extension Member {
    /// n × L decision values, all of them finite: what calibration can work with.
    ///
    /// - Throws: `EnsembleError.notFinite`, naming the first row.
    func finiteDecisionValues(_ features: Matrix<Float>, workers: Workers) throws -> Matrix<Double> {
        let values = decisionValues(features, workers: workers)
        if let place = values.values.firstIndex(where: { !$0.isFinite }) {
            throw EnsembleError.notFinite(member: name, row: place / values.columns)
        }
        return values
    }
}
