import Foundation
import LinearAlgebra

/// One C-support vector classifier per label, one label against the rest.
///
/// The radial kernel is solved by `SequentialMinimalOptimisation` on one kernel matrix that all labels share, the
/// linear one by `DualCoordinateDescent` and, where that is slow, in the primal; labels are independent and go in
/// parallel.
public struct MultiLabelSVM<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "ml-svm" }

    public enum Kernel: String, Codable, Equatable, Sendable, CaseIterable {
        /// x·z
        case linear
        /// exp(−γ‖x − z‖²)
        case radial = "rbf"
    }

    /// How the linear kernel counts a margin m below 1; the radial kernel always uses the hinge.
    public enum Loss: String, Codable, Equatable, Sendable, CaseIterable {
        /// 1 − m
        case hinge
        /// (1 − m)²
        case squaredHinge = "squared-hinge"
    }

    public struct Parameters: ClassifierParameters {
        /// What a miss costs against the margin's width, above 0.
        public var c: Double
        public var kernel: Kernel
        public var gamma: KernelWidth
        public var loss: Loss
        public var classWeight: ClassWeight
        /// A label is done when no pair (radial) or no sample (linear) violates optimality by more; in the primal, when
        /// no part of the gradient is above a thousandth of this share of what it is without weights.
        public var tolerance: Double
        /// The most memory that values of the kernel may take, in MiB; a whole matrix is 4·n² bytes in single
        /// precision. Above that its rows are made when they are needed and the recently used are kept.
        public var kernelMemory: Int

        public init(
            c: Double = 1, kernel: Kernel = .radial, gamma: KernelWidth = .scale, loss: Loss = .squaredHinge,
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

        enum CodingKeys: String, CodingKey {
            case c = "C"
            case kernel, gamma, loss
            case classWeight = "class_weight"
            case tolerance
            case kernelMemory = "kernel_memory"
        }

        /// What a configuration leaves out keeps its default.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init()
            c = try container.decodeIfPresent(Double.self, forKey: .c) ?? c
            kernel = try container.decodeIfPresent(Kernel.self, forKey: .kernel) ?? kernel
            gamma = try container.decodeIfPresent(KernelWidth.self, forKey: .gamma) ?? gamma
            loss = try container.decodeIfPresent(Loss.self, forKey: .loss) ?? loss
            classWeight = try container.decodeIfPresent(ClassWeight.self, forKey: .classWeight) ?? classWeight
            tolerance = try container.decodeIfPresent(Double.self, forKey: .tolerance) ?? tolerance
            kernelMemory = try container.decodeIfPresent(Int.self, forKey: .kernelMemory) ?? kernelMemory
        }

        public func validate() throws {
            let path = "classifiers.ml-svm."
            try FitError.require(c > 0 && c.isFinite, path + "C", "positive", found: c)
            try gamma.validate(path + "gamma")
            try FitError.require(
                tolerance > 0 && tolerance < 1, path + "tolerance", "between 0 and 1", found: tolerance)
            try FitError.require(kernelMemory > 0, path + "kernel_memory", "positive (MiB)", found: kernelMemory)
        }
    }

    public let machine: LabelMachine<Scalar>

    /// The labels that were all 0 or all 1 in training, ascending: their score is −1 or 1 for every sample.
    public let constantLabels: [Int]

    /// The labels whose fit ended before its tolerance was reached, ascending.
    public let unconvergedLabels: [Int]

    public var labelCount: Int { machine.labelCount }
    public var featureCount: Int { machine.featureCount }

    public init(machine: LabelMachine<Scalar>, constantLabels: [Int] = [], unconvergedLabels: [Int] = []) {
        self.machine = machine
        self.constantLabels = constantLabels
        self.unconvergedLabels = unconvergedLabels
    }

    /// Fits all labels.
    ///
    /// - Parameters:
    ///   - features: n × d, standardised.
    ///   - truth: n × L.
    ///   - seed: of the order in which the linear kernel takes the samples.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters = Parameters(), seed: UInt64 = 0,
        workers: Workers = .all, progress: FitProgress? = nil
    ) throws -> MultiLabelSVM {
        let problem = try LabelwiseProblem(features: features, truth: truth, parameters: parameters)
        let path = RegularisationPath(
            problem: problem, costs: [parameters.c], classWeight: parameters.classWeight,
            tolerance: parameters.tolerance)
        defer { progress?(1) }
        switch parameters.kernel {
        case .linear:
            let minima = path.linear(loss: parameters.loss, seed: seed, workers: workers, progress: progress)[0]
            return MultiLabelSVM(
                machine: .linear(problem.machine(minima, constant: 1)), constantLabels: problem.constantLabels,
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
                machine: .radial(RadialMachine(problem, solutions, gamma: gamma)),
                constantLabels: problem.constantLabels,
                unconvergedLabels: zip(problem.labels, solutions).filter { !$1.converged }.map(\.0))
        }
    }

    /// n × L signed decision values: above 0 is for the label, and ±1 are the margins.
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        machine.decisionValues(features, workers: workers)
    }
}
