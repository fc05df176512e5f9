import LinearAlgebra

/// γ of the radial kernel; `"scale"` or a number in a configuration.
public enum KernelWidth: Codable, Equatable, Sendable {
    /// 1 / (d · variance of all features together), as scikit-learn's `scale`; 1 where nothing varies.
    case scale
    case value(Double)

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .value(number)
        } else if try container.decode(String.self) == "scale" {
            self = .scale
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "gamma must be \"scale\" or a positive number")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .scale: try container.encode("scale")
        case .value(let number): try container.encode(number)
        }
    }

    /// - Throws: `FitError.parameter`, naming the key.
    func validate(_ key: String) throws {
        guard case .value(let number) = self else { return }
        try FitError.require(
            number > 0 && number.isFinite, key, "\"scale\" or a positive number", found: number)
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
