import LinearAlgebra
import ParameterTables

/// The multi-label twin support vector machine: a hyperplane for each label that is close to the samples with the label
/// and far from the others.
///
/// H contains the rows with a label and G the others, each with a 1 appended. The hyperplane z of a label minimizes
/// ½‖Hz‖² + ½λ‖z‖² + c Σ max(0, 1 + g·z) over the rows g of G. The dual, with S = HᵀH + λI = LLᵀ and V = L⁻¹Gᵀ, is a
/// support vector machine without intercept on the columns of V, all on one side; z = −L⁻ᵀVα.
///
/// - Source: Chen, Shao, Li & Deng, Pattern Recognition 52 (2016), solved in factored form.
public struct MLTSVM<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "mltsvm" }
    public static var scale: DecisionScale { .distance }

    public struct Parameters: ClassifierParameters {
        /// The cost of a sample without the label that is too close to the hyperplane.
        public var c: Double
        /// λ.
        public var ridge: Double
        /// A label is done when no sample violates optimality by more.
        public var tolerance: Double

        public init(c: Double = 0.5, ridge: Double = 1, tolerance: Double = 1e-3) {
            self.c = c
            self.ridge = ridge
            self.tolerance = tolerance
        }

        public static var standard: Self { .init() }

        public static var table: [Parameter<Self>] {
            [
                .init(
                    "C", \.c, .number(above: 0),
                    "cost of a sample without the label that is too close to its hyperplane"),
                .init("lambda", \.ridge, .number(above: 0), "strength of the L2 penalty"),
                .init(
                    "tolerance", \.tolerance, .number(above: 0, below: 1),
                    "precision at which a fit ends: the largest remaining violation of a margin"),
            ]
        }
    }

    /// z of each label: L × d weights and L intercepts.
    public let decisionFunction: LinearDecisionFunction<Scalar>

    /// The labels that were all 0 or all 1 in training, ascending. Their score is −1 or 1 for every sample.
    public let constantLabels: [Int]

    /// The labels whose fit ended before its tolerance was reached, ascending.
    public let unconvergedLabels: [Int]

    public var labelCount: Int { decisionFunction.weights.rows }
    public var featureCount: Int { decisionFunction.weights.columns }

    public init(
        decisionFunction: LinearDecisionFunction<Scalar>, constantLabels: [Int] = [], unconvergedLabels: [Int] = []
    ) {
        self.decisionFunction = decisionFunction
        self.constantLabels = constantLabels
        self.unconvergedLabels = unconvergedLabels
    }

    /// Fits all labels in parallel, with factors in double precision.
    ///
    /// - Parameters:
    ///   - features: n × d, standardized.
    ///   - truth: n × L.
    ///   - seed: determines the order of the samples.
    /// - Complexity: O(n·d²) per label for the factors, O(n·d) per sweep.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters = Parameters(), seed: UInt64 = 0,
        workers: Workers = .all, progress: FitProgress? = nil
    ) throws -> MLTSVM {
        let problem = try LabelwiseProblem(features: features, truth: truth, parameters: parameters)
        let minima = try workers.map(problem.labels.count) { index, _ in
            TwinHyperplane(features: features, truth: truth, label: problem.labels[index], ridge: parameters.ridge)
                .minimum(c: parameters.c, tolerance: parameters.tolerance, seed: seed)
        }
        progress?(1)
        return MLTSVM(
            decisionFunction: problem.decisionFunction(minima, constant: 1), constantLabels: problem.constantLabels,
            unconvergedLabels: minima.unconvergedLabels)
    }

    /// Returns n × L signed distances (w·x + b) / ‖z‖ from the hyperplanes: near 0 for a sample with the label, far
    /// below 0 for others. Each label needs its own threshold. The published threshold is `decisionDistance`.
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        var result = decisionFunction.decisionValues(features, workers: workers)
        let norms = hyperplaneNorms
        for place in result.values.indices { result.values[place] /= norms[place % labelCount] }
        result.invalidate(rows: features.nonFiniteRows())
        return result
    }

    /// 1 / max ‖z‖. In the publication, a label is decided if its score is within this distance below 0, or above.
    public var decisionDistance: Double {
        1 / (hyperplaneNorms.max() ?? 1)
    }

    /// ‖z‖ of each label, including its intercept.
    private var hyperplaneNorms: [Double] {
        (0 ..< labelCount).map { label in
            let norm = decisionFunction.weights.row(label).reduce(
                decisionFunction.intercepts[label] * decisionFunction.intercepts[label]
            ) {
                $0 + $1 * $1
            }
            return norm > 0 ? norm.squareRoot() : 1
        }
    }
}
