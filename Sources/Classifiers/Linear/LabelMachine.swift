import LinearAlgebra

/// A decision function per label, over the features themselves or over a radial kernel.
public enum LabelMachine<Scalar: MatrixScalar>: Equatable, Sendable {
    case linear(LinearMachine<Scalar>)
    case radial(RadialMachine<Scalar>)

    /// L.
    public var labelCount: Int {
        switch self {
        case .linear(let machine): machine.intercepts.count
        case .radial(let machine): machine.intercepts.count
        }
    }

    /// d.
    public var featureCount: Int {
        switch self {
        case .linear(let machine): machine.weights.columns
        case .radial(let machine): machine.supportVectors.columns
        }
    }

    /// n × L decision values; a row with a value that is not finite has NaN.
    public func decisionValues(_ features: Matrix<Scalar>, workers: Workers) -> Matrix<Double> {
        var result =
            switch self {
            case .linear(let machine): machine.decisionValues(features, workers: workers)
            case .radial(let machine): machine.decisionValues(features, workers: workers)
            }
        result.invalidate(rows: features.nonFiniteRows())
        return result
    }
}
