import Foundation
import LinearAlgebra
import ParameterTables

/// A C-support vector classifier per label, one label against the rest.
///
/// `SequentialMinimalOptimization` solves the RBF kernel with a kernel matrix that all labels share.
/// `DualCoordinateDescent` solves the linear kernel; problems that it solves slowly continue in the primal. Labels are
/// independent and are fitted in parallel.
public struct MultiLabelSVM<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "ml-svm" }

    public enum Kernel: String, CaseIterable, ParameterValue {
        /// x·z
        case linear
        /// exp(−γ‖x − z‖²)
        case radial = "rbf"
    }

    /// The loss of a margin m below 1 with the linear kernel. The RBF kernel always uses the hinge.
    public enum Loss: String, CaseIterable, ParameterValue {
        /// 1 − m
        case hinge
        /// (1 − m)²
        case squaredHinge = "squared-hinge"
    }

    public struct Parameters: ClassifierParameters {
        /// The cost of an error relative to the width of the margin.
        public var c: Double
        public var kernel: Kernel
        public var gamma: KernelWidth
        public var loss: Loss
        public var classWeight: ClassWeight
        /// The precision at which the fit of a label ends.
        ///
        /// RBF kernel: no pair of samples violates optimality by more. Linear kernel: no sample does, or, in the
        /// primal, no component of the gradient is above a thousandth of this share of its value without weights.
        public var tolerance: Double
        /// The maximum memory for kernel values in MiB.
        ///
        /// A complete matrix needs 4·n² bytes in single precision. If it is larger, rows are computed on demand and the
        /// recently used ones are kept.
        public var kernelMemory: Int

        public init(
            c: Double = 5, kernel: Kernel = .radial, gamma: KernelWidth = .scale, loss: Loss = .squaredHinge,
            classWeight: ClassWeight = .none, tolerance: Double = 1e-3, kernelMemory: Int = 2048
        ) {
            self.c = c
            self.kernel = kernel
            self.gamma = gamma
            self.loss = loss
            self.classWeight = classWeight
            self.tolerance = tolerance
            self.kernelMemory = kernelMemory
        }

        public static var standard: Self { .init() }

        static var kernelMemoryForm: ValueForm { .whole(1 ... 1 << 24) }

        public static var table: [Parameter<Self>] {
            [
                .init("kernel", \.kernel, "rbf or linear"),
                .init("C", \.c, .number(above: 0), "cost of an error"),
                .init("loss", \.loss, "linear: hinge or squared-hinge"),
                .init("gamma", \.gamma, KernelWidth.form, "RBF width: a number, or scale for 1 / (d · variance)"),
                .init("class_weight", \.classWeight, "none or balanced"),
                .init(
                    "tolerance", \.tolerance, .number(above: 0, below: 1),
                    "precision at which a fit ends: the largest remaining violation of a margin"),
                .init(
                    "kernel_memory", \.kernelMemory, kernelMemoryForm,
                    "rbf: maximum memory for kernel values while fitting, in MiB"),
            ]
        }
    }

    public let decisionFunction: DecisionFunction<Scalar>

    /// The labels that were all 0 or all 1 in training, ascending. Their score is −1 or 1 for every sample.
    public let constantLabels: [Int]

    /// The labels whose fit ended before its tolerance was reached, ascending.
    public let unconvergedLabels: [Int]

    public var labelCount: Int { decisionFunction.labelCount }
    public var featureCount: Int { decisionFunction.featureCount }

    public init(decisionFunction: DecisionFunction<Scalar>, constantLabels: [Int] = [], unconvergedLabels: [Int] = []) {
        self.decisionFunction = decisionFunction
        self.constantLabels = constantLabels
        self.unconvergedLabels = unconvergedLabels
    }

    /// Fits all labels.
    ///
    /// - Parameters:
    ///   - features: n × d, standardized.
    ///   - truth: n × L.
    ///   - seed: determines the order of the samples with the linear kernel.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters = Parameters(), seed: UInt64 = 0,
        workers: Workers = .all, progress: FitProgress? = nil
    ) throws -> MultiLabelSVM {
        let problem = try LabelwiseProblem(features: features, truth: truth, parameters: parameters)
        let path = RegularizationPath(
            problem: problem, costs: [parameters.c], classWeight: parameters.classWeight,
            tolerance: parameters.tolerance)
        defer { progress?(1) }
        switch parameters.kernel {
        case .linear:
            let minima = path.linear(loss: parameters.loss, seed: seed, workers: workers, progress: progress)[0]
            return MultiLabelSVM(
                decisionFunction: .linear(problem.decisionFunction(minima, constant: 1)),
                constantLabels: problem.constantLabels,
                unconvergedLabels: minima.unconvergedLabels)
        case .radial:
            let gamma = parameters.gamma.value(for: features)
            let solutions =
                problem.labels.isEmpty
                ? []
                : path.radial(
                    kernel: RadialKernel(
                        features: features, gamma: gamma, memory: parameters.kernelMemory << 20, workers: workers),
                    workers: workers, progress: progress)[0]
            return MultiLabelSVM(
                decisionFunction: .radial(KernelDecisionFunction(problem, solutions, gamma: gamma)),
                constantLabels: problem.constantLabels,
                unconvergedLabels: zip(problem.labels, solutions).filter { !$1.converged }.map(\.0))
        }
    }

    /// Returns n × L signed decision values. Values above 0 favor the label; ±1 are the margins.
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        decisionFunction.decisionValues(features, workers: workers)
    }
}
