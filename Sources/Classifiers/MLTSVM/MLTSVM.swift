import LinearAlgebra

/// The multi-label twin support vector machine: for each label a hyperplane near the samples that carry it, at
/// distance from those that do not.
///
/// With H the rows that carry a label and G the others, each with a 1 appended, a label's plane z minimises
/// ½‖Hz‖² + ½λ‖z‖² + c Σ max(0, 1 + g·z) over the rows g of G. In the dual, with S = HᵀH + λI = LLᵀ and V = L⁻¹Gᵀ, that
/// is a support vector machine without intercept on the columns of V, all on one side; z = −L⁻ᵀVα.
///
/// - Source: Chen, Shao, Li & Deng, Pattern Recognition 52 (2016), solved in factored form.
public struct MLTSVM<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "mltsvm" }

    public struct Parameters: ClassifierParameters {
        /// What a sample without the label costs that is too near, above 0.
        public var c: Double
        /// λ, above 0.
        public var ridge: Double
        /// A label is done when no sample violates optimality by more.
        public var tolerance: Double

        public init(c: Double = 0.5, ridge: Double = 1, tolerance: Double = 1e-3) {
            self.c = c
            self.ridge = ridge
            self.tolerance = tolerance
        }

        enum CodingKeys: String, CodingKey {
            case c = "C"
            case ridge = "lambda"
            case tolerance
        }

        /// What a configuration leaves out keeps its default.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init()
            c = try container.decodeIfPresent(Double.self, forKey: .c) ?? c
            ridge = try container.decodeIfPresent(Double.self, forKey: .ridge) ?? ridge
            tolerance = try container.decodeIfPresent(Double.self, forKey: .tolerance) ?? tolerance
        }

        public func validate() throws {
            let path = "classifiers.mltsvm."
            try FitError.require(c > 0 && c.isFinite, path + "C", "positive", found: c)
            try FitError.require(ridge > 0 && ridge.isFinite, path + "lambda", "positive", found: ridge)
            try FitError.require(
                tolerance > 0 && tolerance < 1, path + "tolerance", "between 0 and 1", found: tolerance)
        }
    }

    /// z of each label: L × d weights and L intercepts.
    public let machine: LinearMachine<Scalar>

    /// The labels that were all 0 or all 1 in training, ascending: their score is −1 or 1 for every sample.
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

    /// Fits all labels, in parallel; factors are made in double precision.
    ///
    /// - Parameters:
    ///   - features: n × d, standardised.
    ///   - truth: n × L.
    ///   - seed: of the order in which samples are taken.
    /// - Complexity: O(n·d²) per label for the factors, O(n·d) per sweep.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters = Parameters(), seed: UInt64 = 0,
        workers: Workers = .all, progress: FitProgress? = nil
    ) throws -> MLTSVM {
        let problem = try LabelwiseProblem(features: features, truth: truth, parameters: parameters)
        let minima = try workers.map(problem.labels.count) { index, _ in
            TwinPlane(features: features, truth: truth, label: problem.labels[index], ridge: parameters.ridge)
                .minimum(c: parameters.c, tolerance: parameters.tolerance, seed: seed)
        }
        progress?(1)
        return MLTSVM(
            machine: problem.machine(minima, constant: 1), constantLabels: problem.constantLabels,
            unconvergedLabels: minima.unconvergedLabels)
    }

    /// n × L signed distances (w·x + b) / ‖z‖ from the labels' planes: near 0 for a sample with the label, far below
    /// without. They want a threshold of their own for each label; as published it is `decisionDistance`.
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        var result = machine.decisionValues(features, workers: workers)
        let norms = planeNorms
        for place in result.values.indices { result.values[place] /= norms[place % labelCount] }
        result.invalidate(rows: features.nonFiniteRows())
        return result
    }

    /// 1 / max ‖z‖: as published, a label is decided where its score is within this distance below 0 or above.
    public var decisionDistance: Double {
        1 / (planeNorms.max() ?? 1)
    }

    /// ‖z‖ of each label, with its intercept.
    private var planeNorms: [Double] {
        (0 ..< labelCount).map { label in
            let norm = machine.weights.row(label).reduce(machine.intercepts[label] * machine.intercepts[label]) {
                $0 + $1 * $1
            }
            return norm > 0 ? norm.squareRoot() : 1
        }
    }
}
