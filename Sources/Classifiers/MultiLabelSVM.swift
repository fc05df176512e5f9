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
            classWeight: ClassWeight = .none, tolerance: Double = 1e-3, kernelMemory: Int = 1024
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
            if case .value(let gamma) = gamma {
                try FitError.require(
                    gamma > 0 && gamma.isFinite, path + "gamma", "\"scale\" or a positive number", found: gamma)
            }
            try FitError.require(
                tolerance > 0 && tolerance < 1, path + "tolerance", "between 0 and 1", found: tolerance)
            try FitError.require(kernelMemory > 0, path + "kernel_memory", "positive (MiB)", found: kernelMemory)
        }
    }

    public enum Machine: Equatable, Sendable {
        case linear(LinearMachine<Scalar>)
        case radial(RadialMachine<Scalar>)
    }

    public let machine: Machine

    /// The labels that were all 0 or all 1 in training, ascending: their score is −1 or 1 for every sample.
    public let constantLabels: [Int]

    /// The labels whose fit ended before its tolerance was reached, ascending.
    public let unconvergedLabels: [Int]

    public var labelCount: Int {
        switch machine {
        case .linear(let machine): machine.intercepts.count
        case .radial(let machine): machine.intercepts.count
        }
    }

    public var featureCount: Int {
        switch machine {
        case .linear(let machine): machine.weights.columns
        case .radial(let machine): machine.supportVectors.columns
        }
    }

    public init(machine: Machine, constantLabels: [Int] = [], unconvergedLabels: [Int] = []) {
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
        try parameters.validate()
        try TrainingCheck.accept(features, truth)
        let constant = TrainingCheck.constantLabels(truth)
        let problems = (0 ..< truth.columns).filter { !constant.contains($0) }.map { label in
            BinaryProblem(truth: truth, label: label, c: parameters.c, classWeight: parameters.classWeight)
        }
        var intercepts = truth.support.map { $0 == 0 ? -1.0 : 1.0 }
        var unconverged: [Int] = []
        let machine: Machine
        switch parameters.kernel {
        case .linear:
            let minima = linearMinima(features, truth, problems, parameters, seed, workers, progress)
            var weights = Matrix<Double>(rows: truth.columns, columns: features.columns)
            for minimum in minima { minimum.write(to: &weights, &intercepts) }
            unconverged = minima.filter { !$0.converged }.map(\.label)
            machine = .linear(LinearMachine(weights: weights, intercepts: intercepts))
        case .radial:
            let gamma = parameters.gamma.value(for: features)
            let solutions: [DualSolution] =
                problems.isEmpty
                ? []
                : RadialKernel(
                    features: features, gamma: gamma, memory: parameters.kernelMemory << 20, workers: workers
                ).solve(problems, tolerance: parameters.tolerance, workers: workers, progress: progress)
            for (problem, solution) in zip(problems, solutions) {
                intercepts[problem.label] = solution.intercept
                if !solution.converged { unconverged.append(problem.label) }
            }
            machine = .radial(
                RadialMachine(
                    features: features, labels: problems.map(\.label), solutions: solutions, intercepts: intercepts,
                    gamma: gamma))
        }
        progress?(1)
        return MultiLabelSVM(machine: machine, constantLabels: constant, unconvergedLabels: unconverged)
    }

    /// The dual where it ends soon, as it does on wide or nearly separable data; what it leaves of the squared hinge,
    /// which is smooth, goes on from there in the primal, which is many times faster on tall and noisy data.
    private static func linearMinima(
        _ features: Matrix<Scalar>, _ truth: LabelMatrix, _ problems: [BinaryProblem], _ parameters: Parameters,
        _ seed: UInt64, _ workers: Workers, _ progress: FitProgress?
    ) -> [MarginMinimum] {
        let descent = DualCoordinateDescent(
            features: features, loss: parameters.loss, tolerance: parameters.tolerance,
            mostSweeps: parameters.loss == .squaredHinge ? 1000 : 100_000, seed: seed)
        var minima = descent.solve(problems, workers: workers, progress: progress)
        let left = minima.indices.filter { !minima[$0].converged }
        guard parameters.loss == .squaredHinge, !left.isEmpty else { return minima }
        let objective = MarginObjective(
            features: features, truth: truth, loss: .squaredHinge, c: parameters.c,
            classWeight: parameters.classWeight)
        let solved = objective.minima(
            labels: left.map { minima[$0].label }, starts: left.map { minima[$0].point },
            tolerance: parameters.tolerance * 1e-3, maximumIterations: 5000, workers: workers, progress: nil)
        for (place, minimum) in zip(left, solved) { minima[place] = minimum }
        return minima
    }

    /// n × L signed decision values: above 0 is for the label, and ±1 are the margins.
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        var result =
            switch machine {
            case .linear(let machine): machine.decisionValues(features, workers: workers)
            case .radial(let machine): machine.decisionValues(features, workers: workers)
            }
        result.invalidate(rows: features.nonFiniteRows())
        return result
    }
}
