/// Calibration methods, with their names in experiment files.
public enum CalibrationMethod: String, CaseIterable, Codable, Sendable {
    case platt, isotonic, temperature
    /// The value itself, limited to 0…1, for scores that are probabilities.
    case uncalibrated = "none"
}

extension CalibrationMethod {
    /// Returns the method to use for decision values of a scale.
    ///
    /// Temperature scaling keeps even odds at 0, which shares and distances do not have. They use Platt scaling, which
    /// fits the place of even odds.
    func applicable(to scale: DecisionScale) -> CalibrationMethod {
        self == .temperature && scale != .odds ? .platt : self
    }
}

/// A function from decision values of one label to probabilities.
public enum Calibrator: Equatable, Sendable {
    case platt(PlattCalibrator)
    case isotonic(IsotonicCalibrator)
    case temperature(TemperatureScaling)
    /// The same probability for all values.
    case constant(Double)
    case uncalibrated

    /// Fits a calibrator on samples that the classifier was not trained on.
    ///
    /// If all truth values are equal, every method except `uncalibrated` returns the constant (n₁ + 1)/(n + 2)
    /// (Laplace's rule), which is one half without samples.
    ///
    /// - Parameters:
    ///   - decisionValues: n, finite; logits for `temperature`.
    ///   - truth: n, 0 or 1.
    public static func fit(method: CalibrationMethod, decisionValues: [Double], truth: [UInt8]) -> Calibrator {
        requireCalibrationSample(decisionValues, truth)
        if method == .uncalibrated { return .uncalibrated }
        let positives = truth.count { $0 == 1 }
        guard positives > 0, positives < truth.count else {
            return .constant(Double(positives + 1) / Double(truth.count + 2))
        }
        switch method {
        case .platt: return .platt(.fit(decisionValues: decisionValues, truth: truth))
        case .isotonic: return .isotonic(.fit(decisionValues: decisionValues, truth: truth))
        case .temperature: return .temperature(.fit(logits: decisionValues, truth: truth))
        case .uncalibrated: return .uncalibrated
        }
    }

    /// - Returns: 0…1.
    public func probability(_ decisionValue: Double) -> Double {
        precondition(!decisionValue.isNaN, "a decision value is NaN")
        return switch self {
        case .platt(let curve): curve.probability(decisionValue)
        case .isotonic(let curve): curve.probability(decisionValue)
        case .temperature(let scaling): scaling.probability(decisionValue)
        case .constant(let probability): probability
        case .uncalibrated: min(max(decisionValue, 0), 1)
        }
    }
}

extension Calibrator: Codable {
    private enum CodingKeys: CodingKey {
        case method, probability
    }

    private static let constantMethod = "constant"

    /// - Throws: `DecodingError.dataCorrupted` for an unknown method or an invalid curve.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .method)
        if name == Self.constantMethod {
            let probability = try container.decode(Double.self, forKey: .probability)
            guard probability >= 0, probability <= 1 else {
                throw DecodingError.dataCorruptedError(
                    forKey: .probability, in: container,
                    debugDescription: "a probability must be from 0 to 1, found \(probability). Train the model again.")
            }
            self = .constant(probability)
            return
        }
        guard let method = CalibrationMethod(rawValue: name) else {
            let known = CalibrationMethod.allCases.map(\.rawValue) + [Self.constantMethod]
            throw DecodingError.dataCorruptedError(
                forKey: .method, in: container,
                debugDescription: "unknown calibration \(name), expected one of \(known.joined(separator: ", ")).")
        }
        switch method {
        case .platt: self = .platt(try PlattCalibrator(from: decoder))
        case .isotonic: self = .isotonic(try IsotonicCalibrator(from: decoder))
        case .temperature: self = .temperature(try TemperatureScaling(from: decoder))
        case .uncalibrated: self = .uncalibrated
        }
    }

    /// Encodes the name of the method and the parameters of the curve.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .platt(let curve):
            try container.encode(CalibrationMethod.platt, forKey: .method)
            try curve.encode(to: encoder)
        case .isotonic(let curve):
            try container.encode(CalibrationMethod.isotonic, forKey: .method)
            try curve.encode(to: encoder)
        case .temperature(let scaling):
            try container.encode(CalibrationMethod.temperature, forKey: .method)
            try scaling.encode(to: encoder)
        case .constant(let probability):
            try container.encode(Self.constantMethod, forKey: .method)
            try container.encode(probability, forKey: .probability)
        case .uncalibrated:
            try container.encode(CalibrationMethod.uncalibrated, forKey: .method)
        }
    }
}
