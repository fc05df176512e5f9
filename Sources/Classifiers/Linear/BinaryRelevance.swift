import Foundation
import LinearAlgebra
import ParameterTables

/// An independent classifier per label: a logistic regression or a support vector machine.
///
/// The logistic regression minimizes ½‖w‖² + C Σ sᵢ log(1 + exp(−yᵢ(w·xᵢ + b))) for each label, with a free b and class
/// weights s. All labels iterate in lockstep, so that they share each pass over the samples. Sums over samples have
/// double precision and an order that depends on n only. Support vector machines are those of `MultiLabelSVM`.
///
/// ```swift
/// let features = Matrix<Float>([[0, 1], [1, 0], [0.1, 0.9], [0.9, 0.2]])
/// let truth = LabelMatrix([[0, 1], [1, 0], [0, 1], [1, 0]])
/// let model = try BinaryRelevance.fit(features: features, truth: truth, parameters: .init(c: 1))
/// print(model.probabilities(features).row(0))
/// ```
///
/// - Source: Liu & Nocedal, Math. Prog. 45 (1989).
public struct BinaryRelevance<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "binary-relevance" }

    /// The model for each label.
    public enum Base: String, CaseIterable, ParameterValue {
        case logistic
        case linearSVM = "linear-svm"
        case radialSVM = "rbf-svm"
    }

    public let base: Base

    /// The decision functions of all labels. Values of a logistic base are log odds.
    public let decisionFunction: DecisionFunction<Scalar>

    /// The labels that were all 0 or all 1 in training, ascending. Their score is the same for every sample.
    public let constantLabels: [Int]

    /// The labels whose fit ended before its tolerance was reached, ascending.
    public let unconvergedLabels: [Int]

    public var labelCount: Int { decisionFunction.labelCount }
    public var featureCount: Int { decisionFunction.featureCount }

    public init(
        base: Base = .logistic, decisionFunction: DecisionFunction<Scalar>, constantLabels: [Int] = [],
        unconvergedLabels: [Int] = []
    ) {
        self.base = base
        self.decisionFunction = decisionFunction
        self.constantLabels = constantLabels
        self.unconvergedLabels = unconvergedLabels
    }

    /// Fits all labels.
    ///
    /// A label that is all 0 or all 1 gets a constant score. For a logistic base, it is ∓log(2n + 1): the log odds with
    /// half a sample added to both sides. For a support vector machine, it is ∓1.
    ///
    /// - Parameters:
    ///   - features: n × d, standardized.
    ///   - truth: n × L.
    ///   - seed: determines the order of the samples for a linear support vector machine.
    /// - Complexity: O(L·n·d) per iteration.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters = Parameters(), seed: UInt64 = 0,
        workers: Workers = .all, progress: FitProgress? = nil
    ) throws -> BinaryRelevance {
        let problem = try LabelwiseProblem(features: features, truth: truth, parameters: parameters)
        if let supportVectors = parameters.supportVectors {
            let model = try MultiLabelSVM.fit(
                features: features, truth: truth, parameters: supportVectors, seed: seed, workers: workers,
                progress: progress)
            return BinaryRelevance(
                base: parameters.base, decisionFunction: model.decisionFunction, constantLabels: model.constantLabels,
                unconvergedLabels: model.unconvergedLabels)
        }
        let minima = RegularizationPath(
            problem: problem, costs: [parameters.c], classWeight: parameters.classWeight,
            tolerance: parameters.resolvedTolerance
        ).logistic(maximumIterations: parameters.maximumIterations, workers: workers, progress: progress)[0]
        return BinaryRelevance(
            decisionFunction: .linear(problem.decisionFunction(minima, constant: constantScore(rows: truth.rows))),
            constantLabels: problem.constantLabels, unconvergedLabels: minima.unconvergedLabels)
    }

    /// Returns the log odds of a label that all n samples have, with half a sample added to both sides.
    static func constantScore(rows: Int) -> Double { log(2 * Double(rows) + 1) }

    /// Returns n × L log odds, or signed decision values of a support vector base.
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        decisionFunction.decisionValues(features, workers: workers)
    }

    /// Returns n × L probabilities that a sample has a label.
    ///
    /// - Precondition: the base is logistic. Other scores need calibration first.
    public func probabilities(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        precondition(base == .logistic, "the scores of \(base.rawValue) are not log odds")
        var result = scores(features, workers: workers)
        for place in result.values.indices { result.values[place] = 1 / (1 + exp(-result.values[place])) }
        return result
    }
}
