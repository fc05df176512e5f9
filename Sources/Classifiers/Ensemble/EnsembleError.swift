import Foundation
import LinearAlgebra

/// An error that prevents an ensemble from scoring samples.
public enum EnsembleError: Error, Equatable {
    /// The decision value of a member for a row, counted from 0, is NaN or infinite. The features are not finite, or so
    /// large that sums of them overflow.
    case notFinite(member: String, row: Int)
}

extension EnsembleError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notFinite(let member, let row):
            "\(member) has no finite value for row \(row + 1): its features are not finite numbers, or too large. "
                + "Correct the features, or the network that computes them."
        }
    }

    public var errorDescription: String? { description }
}

extension Member {
    /// Returns n × L finite decision values.
    ///
    /// - Throws: `EnsembleError.notFinite` for the first other row.
    func finiteDecisionValues(_ features: Matrix<Float>, workers: Workers) throws -> Matrix<Double> {
        let values = decisionValues(features, workers: workers)
        if let place = values.values.firstIndex(where: { !$0.isFinite }) {
            throw EnsembleError.notFinite(member: name, row: place / values.columns)
        }
        return values
    }
}
