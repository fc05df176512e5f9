import Foundation
import LinearAlgebra

/// One independent L2 logistic regression per label.
///
/// Minimises ½‖w‖² + C Σ sᵢ log(1 + exp(−yᵢ(w·xᵢ + b))) for each label, where b is free and s are class weights. All
/// labels go in lockstep, so that one pass over the samples serves them all. Sums over samples are made in double
/// precision and in an order that depends on n alone.
///
/// - Source: Liu & Nocedal, Math. Prog. 45 (1989).
public struct BinaryRelevance<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "binary-relevance" }

    public struct Parameters: ClassifierParameters {
        /// What a miss costs against the weights' size, above 0.
        public var c: Double
        public var classWeight: ClassWeight
        /// A label is done when the largest part of its gradient is at most this share of what it was at the start
        /// (or of 1 if that is larger). 1e-6 is near what features in single precision allow.
        public var tolerance: Double
        /// The most steps of a label.
        public var maximumIterations: Int

        public init(
            c: Double = 1, classWeight: ClassWeight = .none, tolerance: Double = 1e-6, maximumIterations: Int = 2000
        ) {
            self.c = c
            self.classWeight = classWeight
            self.tolerance = tolerance
            self.maximumIterations = maximumIterations
        }

        enum CodingKeys: String, CodingKey {
            case c = "C"
            case classWeight = "class_weight"
            case tolerance
            case maximumIterations = "max_iterations"
        }

        /// What a configuration leaves out keeps its default.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init()
            c = try container.decodeIfPresent(Double.self, forKey: .c) ?? c
            classWeight = try container.decodeIfPresent(ClassWeight.self, forKey: .classWeight) ?? classWeight
            tolerance = try container.decodeIfPresent(Double.self, forKey: .tolerance) ?? tolerance
            maximumIterations = try container.decodeIfPresent(Int.self, forKey: .maximumIterations) ?? maximumIterations
        }

        public func validate() throws {
            let path = "classifiers.binary-relevance."
            try FitError.require(c > 0 && c.isFinite, path + "C", "positive", found: c)
            try FitError.require(
                tolerance > 0 && tolerance < 1, path + "tolerance", "between 0 and 1", found: tolerance)
            try FitError.require(maximumIterations > 0, path + "max_iterations", "positive", found: maximumIterations)
        }
    }

    /// L × d weights and L intercepts.
    public let machine: LinearMachine<Scalar>

    /// The labels that were all 0 or all 1 in training, ascending: their score is the same for every sample.
    public let constantLabels: [Int]

    /// The labels whose fit ended before its tolerance was reached, ascending.
    public let unconvergedLabels: [Int]

    public var labelCount: Int { machine.weights.rows }
    public var featureCount: Int { machine.weights.columns }

    public init(machine: LinearMachine<Scalar>, constantLabels: [Int] = [], unconvergedLabels: [Int] = []) {
        self.machine = machine
        self.constantLabels = constantLabels
        self.unconvergedLabels = unconvergedLabels
    }

    /// Fits all labels; nothing is drawn at random.
    ///
    /// A label that is all 0 or all 1 gets the constant score ∓log(2n + 1): the log odds of a label never seen in n
    /// samples when half a sample is added on either side.
    ///
    /// - Parameters:
    ///   - features: n × d, standardised.
    ///   - truth: n × L.
    /// - Complexity: O(L·n·d) per step.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters = Parameters(), seed: UInt64 = 0,
        workers: Workers = .all, progress: FitProgress? = nil
    ) throws -> BinaryRelevance {
        try parameters.validate()
        try TrainingCheck.accept(features, truth)
        let constant = TrainingCheck.constantLabels(truth)
        let objective = MarginObjective(
            features: features, truth: truth, loss: .logistic, c: parameters.c, classWeight: parameters.classWeight)
        let minima = objective.minima(
            labels: (0 ..< truth.columns).filter { !constant.contains($0) }, tolerance: parameters.tolerance,
            maximumIterations: parameters.maximumIterations, workers: workers, progress: progress)

        let never = -log(2 * Double(truth.rows) + 1)
        var weights = Matrix<Double>(rows: truth.columns, columns: features.columns)
        var intercepts = truth.support.map { $0 == 0 ? never : -never }
        for minimum in minima { minimum.write(to: &weights, &intercepts) }
        return BinaryRelevance(
            machine: LinearMachine(weights: weights, intercepts: intercepts), constantLabels: constant,
            unconvergedLabels: minima.filter { !$0.converged }.map(\.label))
    }

    /// n × L log odds.
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        var result = machine.decisionValues(features, workers: workers)
        result.invalidate(rows: features.nonFiniteRows())
        return result
    }

    /// n × L probabilities that a sample carries a label.
    public func probabilities(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        var result = scores(features, workers: workers)
        for place in result.values.indices { result.values[place] = 1 / (1 + exp(-result.values[place])) }
        return result
    }
}
