import Foundation
import LinearAlgebra

/// One independent classifier per label: a logistic regression, or a support vector machine.
///
/// The logistic regression minimises ½‖w‖² + C Σ sᵢ log(1 + exp(−yᵢ(w·xᵢ + b))) for each label, where b is free and s
/// are class weights. All labels go in lockstep, so that one pass over the samples serves them all. Sums over samples
/// are made in double precision and in an order that depends on n alone. Support vector machines are those of
/// `MultiLabelSVM`.
///
/// ```swift
/// let features = Matrix<Float>([[0, 1], [1, 0], [0.1, 0.9], [0.9, 0.2]])
/// let truth = LabelMatrix([[0, 1], [1, 0], [0, 1], [1, 0]])
/// let model = try BinaryRelevance.fit(features: features, truth: truth)
/// print(model.probabilities(features).row(0))
/// ```
///
/// - Source: Liu & Nocedal, Math. Prog. 45 (1989).
public struct BinaryRelevance<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "binary-relevance" }

    /// What is fitted to each label.
    public enum Base: String, Codable, Equatable, Sendable, CaseIterable {
        case logistic
        case linearSVM = "linear-svm"
        case radialSVM = "rbf-svm"
    }

    public let base: Base

    /// Of all labels; log odds where the base is logistic.
    public let machine: LabelMachine<Scalar>

    /// The labels that were all 0 or all 1 in training, ascending: their score is the same for every sample.
    public let constantLabels: [Int]

    /// The labels whose fit ended before its tolerance was reached, ascending.
    public let unconvergedLabels: [Int]

    public var labelCount: Int { machine.labelCount }
    public var featureCount: Int { machine.featureCount }

    public init(
        base: Base = .logistic, machine: LabelMachine<Scalar>, constantLabels: [Int] = [],
        unconvergedLabels: [Int] = []
    ) {
        self.base = base
        self.machine = machine
        self.constantLabels = constantLabels
        self.unconvergedLabels = unconvergedLabels
    }

    /// Fits all labels.
    ///
    /// A label that is all 0 or all 1 gets a constant score: ∓log(2n + 1) of a logistic base, the log odds of a label
    /// never seen in n samples when half a sample is added on either side; ∓1 of a support vector machine.
    ///
    /// - Parameters:
    ///   - features: n × d, standardised.
    ///   - truth: n × L.
    ///   - seed: of the order in which a linear support vector machine takes the samples.
    /// - Complexity: O(L·n·d) per step.
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
                base: parameters.base, machine: model.machine, constantLabels: model.constantLabels,
                unconvergedLabels: model.unconvergedLabels)
        }
        let minima = RegularisationPath(
            problem: problem, costs: [parameters.c], classWeight: parameters.classWeight,
            tolerance: parameters.resolvedTolerance
        ).logistic(maximumIterations: parameters.maximumIterations, workers: workers, progress: progress)[0]
        return BinaryRelevance(
            machine: .linear(problem.machine(minima, constant: constantScore(rows: truth.rows))),
            constantLabels: problem.constantLabels, unconvergedLabels: minima.unconvergedLabels)
    }

    /// The log odds of a label that all of n samples carry, when half a sample is added on either side.
    static func constantScore(rows: Int) -> Double { log(2 * Double(rows) + 1) }

    /// n × L log odds, or of a support vector base signed decision values.
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        machine.decisionValues(features, workers: workers)
    }

    /// n × L probabilities that a sample carries a label.
    ///
    /// - Precondition: the base is logistic; the scores of the others must be calibrated first.
    public func probabilities(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        precondition(base == .logistic, "the scores of \(base.rawValue) are no log odds")
        var result = scores(features, workers: workers)
        for place in result.values.indices { result.values[place] = 1 / (1 + exp(-result.values[place])) }
        return result
    }
}
