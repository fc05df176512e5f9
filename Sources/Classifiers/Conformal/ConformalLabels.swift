import Foundation
import LinearAlgebra

/// The set of answers for one label.
public enum ConformalAnswer: String, CaseIterable, Codable, Sendable {
    case yes, no
    /// Neither answer can be excluded.
    case both
    /// The score is unusual for both answers.
    case neither

    public init(containsNo: Bool, containsYes: Bool) {
        self =
            switch (containsNo, containsYes) {
            case (true, true): .both
            case (true, false): .no
            case (false, true): .yes
            case (false, false): .neither
            }
    }

    public var containsYes: Bool { self == .yes || self == .both }
    public var containsNo: Bool { self == .no || self == .both }
}

/// Split conformal prediction per label and class: sets of answers that contain the true one with probability 1 − α,
/// both for samples with the label and for samples without.
///
/// The nonconformity of an answer is 1 − its probability. For each label and answer, q is the ⌈(n + 1)(1 − α)⌉-th
/// smallest nonconformity of the n calibration samples for which the answer is true. An answer is in the set if its
/// nonconformity is at most q. With too few samples (fewer than 9 at α = 0.1), q is infinite and the answer is always
/// in the set.
///
/// - Source: Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World (2005), chapter 4.
public struct ConformalLabels: Equatable, Sendable {
    /// The largest nonconformity of each answer in the set.
    public struct Bounds: Equatable, Sendable {
        /// Infinite if there were too few calibration samples.
        public let no: Double
        public let yes: Double
        /// The number of calibration samples without and with the label. They determine the precision of the coverage.
        public let negatives: Int
        public let positives: Int

        /// - Precondition: neither bound is NaN.
        public init(no: Double, yes: Double, negatives: Int = 0, positives: Int = 0) {
            precondition(!no.isNaN && !yes.isNaN, "bounds must not be NaN")
            self.no = no
            self.yes = yes
            self.negatives = negatives
            self.positives = positives
        }
    }

    /// The nominal error, above 0 and below 1.
    public let alpha: Double
    /// L, in label order.
    public let bounds: [Bounds]

    public init(alpha: Double, bounds: [Bounds]) {
        precondition(alpha > 0 && alpha < 1, "alpha must be between 0 and 1, found \(alpha)")
        self.alpha = alpha
        self.bounds = bounds
    }

    /// Calibrates the sets.
    ///
    /// - Parameters:
    ///   - scores: n × L, probabilities, of samples that nothing else was fitted or tuned on.
    ///   - truth: n × L.
    ///   - alpha: the nominal error, above 0 and below 1.
    public static func fit(scores: Matrix<Double>, truth: LabelMatrix, alpha: Double) -> ConformalLabels {
        requireProbabilities(scores, of: truth)
        let bounds = (0 ..< truth.columns).map { label in
            var (no, yes): ([Double], [Double]) = ([], [])
            for (score, isTrue) in zip(scores.column(label), truth.column(label)) {
                if isTrue == 1 { yes.append(1 - score) } else { no.append(score) }
            }
            return Bounds(
                no: quantile(no, alpha: alpha), yes: quantile(yes, alpha: alpha), negatives: no.count,
                positives: yes.count)
        }
        return ConformalLabels(alpha: alpha, bounds: bounds)
    }

    /// Returns the minimum number of calibration samples of a class for a nominal error: 9 at 0.1.
    public static func leastSamples(alpha: Double) -> Int { Int(ceil(1 / alpha - 1 - 1e-12)) }

    private static func quantile(_ nonconformities: [Double], alpha: Double) -> Double {
        // The subtraction keeps 10 · 0.9 at rank 9, although it is computed as 9.000000000000002.
        let rank = Int(ceil(Double(nonconformities.count + 1) * (1 - alpha) - 1e-12))
        return rank >= 1 && rank <= nonconformities.count ? nonconformities.sorted()[rank - 1] : .infinity
    }

    /// Returns the set of answers for a score of `label`.
    public func answer(label: Int, score: Double) -> ConformalAnswer {
        ConformalAnswer(containsNo: score <= bounds[label].no, containsYes: 1 - score <= bounds[label].yes)
    }

    /// Returns the sets of answers.
    ///
    /// - Parameter scores: n × L, probabilities.
    /// - Returns: n rows of L.
    public func answers(_ scores: Matrix<Double>) -> [[ConformalAnswer]] {
        precondition(scores.columns == bounds.count, "\(scores.columns) labels, \(bounds.count) bounds")
        return (0 ..< scores.rows).map { row in
            (0 ..< bounds.count).map { answer(label: $0, score: scores[row, $0]) }
        }
    }
}

extension ConformalLabels: Codable {
    private enum CodingKeys: CodingKey {
        case alpha, bounds
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let alpha = try container.decode(Double.self, forKey: .alpha)
        guard alpha > 0, alpha < 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .alpha, in: container,
                debugDescription: "alpha must be between 0 and 1, found \(alpha). Train the model again.")
        }
        self.init(alpha: alpha, bounds: try container.decode([Bounds].self, forKey: .bounds))
    }
}

extension ConformalLabels.Bounds: Codable {
    private enum CodingKeys: CodingKey {
        case no, yes, negatives, positives
    }

    /// Null is infinity, which JSON does not have.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            no: try container.decode(Double?.self, forKey: .no) ?? .infinity,
            yes: try container.decode(Double?.self, forKey: .yes) ?? .infinity,
            negatives: try container.decode(Int.self, forKey: .negatives),
            positives: try container.decode(Int.self, forKey: .positives))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(no.isFinite ? no : nil, forKey: .no)
        try container.encode(yes.isFinite ? yes : nil, forKey: .yes)
        try container.encode(negatives, forKey: .negatives)
        try container.encode(positives, forKey: .positives)
    }
}

/// Traps if scores are not probabilities in the shape of truth.
func requireProbabilities(_ scores: Matrix<Double>, of truth: LabelMatrix) {
    precondition(
        scores.rows == truth.rows && scores.columns == truth.columns,
        "truth is \(truth.rows) × \(truth.columns), scores are \(scores.rows) × \(scores.columns)")
    precondition(scores.values.allSatisfy { $0 >= 0 && $0 <= 1 }, "scores must be probabilities")
}
