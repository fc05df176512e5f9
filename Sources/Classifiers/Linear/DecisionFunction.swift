import LinearAlgebra

/// The decision functions of all labels, over the features or over an RBF kernel.
public enum DecisionFunction<Scalar: MatrixScalar>: Equatable, Sendable {
    case linear(LinearDecisionFunction<Scalar>)
    case radial(KernelDecisionFunction<Scalar>)

    /// L.
    public var labelCount: Int {
        switch self {
        case .linear(let function): function.intercepts.count
        case .radial(let function): function.intercepts.count
        }
    }

    /// d.
    public var featureCount: Int {
        switch self {
        case .linear(let function): function.weights.columns
        case .radial(let function): function.supportVectors.columns
        }
    }

    /// Returns n × L decision values; NaN for a row with a value that is not finite.
    public func decisionValues(_ features: Matrix<Scalar>, workers: Workers) -> Matrix<Double> {
        var result =
            switch self {
            case .linear(let function): function.decisionValues(features, workers: workers)
            case .radial(let function): function.decisionValues(features, workers: workers)
            }
        result.invalidate(rows: features.nonFiniteRows())
        return result
    }
}
