import LinearAlgebra

/// A decision function per label, over the features themselves or over a radial kernel.
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

    /// n × L decision values; a row with a value that is not finite has NaN.
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
