import LinearAlgebra
import ParameterTables

extension BinaryRelevance {
    public struct Parameters: ClassifierParameters {
        public var base: Base
        /// The cost of an error relative to the size of the weights.
        public var c: Double
        public var loss: MultiLabelSVM<Scalar>.Loss
        public var gamma: KernelWidth
        public var classWeight: ClassWeight
        /// The precision at which the fit of a label ends; nil for the default of the base.
        ///
        /// Logistic: a label is done when the largest component of its gradient is at most this share of its initial
        /// value (or of 1 if that is larger). The default, 1e-6, is close to the limit of single precision. Support
        /// vectors: as in `MultiLabelSVM`, 1e-3.
        public var tolerance: Double?
        /// The maximum number of iterations per label of the logistic base.
        public var maximumIterations: Int
        /// The maximum memory for kernel values in MiB, for the RBF base.
        public var kernelMemory: Int

        public init(
            base: Base = .logistic, c: Double = 0.01, loss: MultiLabelSVM<Scalar>.Loss = .squaredHinge,
            gamma: KernelWidth = .scale, classWeight: ClassWeight = .none, tolerance: Double? = nil,
            maximumIterations: Int = 2000, kernelMemory: Int = 2048
        ) {
            self.base = base
            self.c = c
            self.loss = loss
            self.gamma = gamma
            self.classWeight = classWeight
            self.tolerance = tolerance
            self.maximumIterations = maximumIterations
            self.kernelMemory = kernelMemory
        }

        public static var standard: Self { .init() }

        public static var table: [Parameter<Self>] {
            [
                .init("base", \.base, "model for each label: logistic, linear-svm or rbf-svm"),
                .init("C", \.c, .number(above: 0), "cost of an error; the inverse strength of the L2 penalty"),
                .init("loss", \.loss, "linear-svm: hinge or squared-hinge"),
                .init("gamma", \.gamma, KernelWidth.form, "rbf-svm: kernel width, as for ml-svm"),
                .init("class_weight", \.classWeight, "none or balanced"),
                .init(
                    "tolerance", \.tolerance, or: "auto", .number(above: 0, below: 1),
                    "precision at which a fit ends; auto: 1e-6 of the gradient (logistic), 1e-3 of a margin (SVM)"),
                .init(
                    "max_iterations", \.maximumIterations, .whole(1 ... .max), "logistic: maximum number of iterations",
                    isSetting: false),
                .init(
                    "kernel_memory", \.kernelMemory, MultiLabelSVM<Scalar>.Parameters.kernelMemoryForm,
                    "rbf-svm: maximum memory for kernel values in MiB", isSetting: false),
            ]
        }

        var resolvedTolerance: Double { tolerance ?? (base == .logistic ? 1e-6 : 1e-3) }

        /// The parameters of a support vector base; nil for a logistic one.
        var supportVectors: MultiLabelSVM<Scalar>.Parameters? {
            guard base != .logistic else { return nil }
            return MultiLabelSVM<Scalar>.Parameters(
                c: c, kernel: base == .radialSVM ? .radial : .linear, gamma: gamma, loss: loss,
                classWeight: classWeight, tolerance: resolvedTolerance, kernelMemory: kernelMemory)
        }
    }
}
