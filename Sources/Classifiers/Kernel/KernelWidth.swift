import LinearAlgebra
import ParameterTables

/// γ of the RBF kernel: `scale` or a number.
public enum KernelWidth: Equatable, Sendable, ParameterValue {
    /// 1 / (d · variance of all features together), as scikit-learn's `scale`; 1 if no feature varies.
    case scale
    case value(Double)

    static var form: ValueForm { .either("scale", .number(above: 0)) }

    public init?(parameterText: String) {
        if parameterText == "scale" {
            self = .scale
        } else if let number = Double(parameterText) {
            self = .value(number)
        } else {
            return nil
        }
    }

    public var parameterText: String {
        switch self {
        case .scale: "scale"
        case .value(let number): number.parameterText
        }
    }

    func value<Scalar: MatrixScalar>(for features: Matrix<Scalar>) -> Double {
        switch self {
        case .value(let number): return number
        case .scale:
            let variance = Self.variance(features)
            return variance > 0 ? 1 / (Double(features.columns) * variance) : 1
        }
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private static func variance<Scalar: MatrixScalar>(_ features: Matrix<Scalar>) -> Double {
        features.values.withUnsafeBufferPointer { values in
            let count = Double(values.count)
            var mean = 0.0
            for value in values { mean += Double(value) }
            mean /= count
            var squares = 0.0
            for value in values {
                let deviation = Double(value) - mean
                squares += deviation * deviation
            }
            return squares / count
        }
    }
}
