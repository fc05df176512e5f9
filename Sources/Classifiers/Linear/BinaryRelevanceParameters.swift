import LinearAlgebra

extension BinaryRelevance {
    public struct Parameters: ClassifierParameters {
        public var base: Base
        /// What a miss costs against the weights' size, above 0.
        public var c: Double
        /// Of the linear support vector machine.
        public var loss: MultiLabelSVM<Scalar>.Loss
        /// Of the radial support vector machine.
        public var gamma: KernelWidth
        public var classWeight: ClassWeight
        /// When a label is done; nil for the base's own. Logistic: when the largest part of its gradient is at most
        /// this share of what it was at the start (or of 1 if that is larger); 1e-6, its own, is near what features in
        /// single precision allow. Support vectors: as in `MultiLabelSVM`, 1e-3.
        public var tolerance: Double?
        /// The most steps of a label, of the logistic base.
        public var maximumIterations: Int
        /// Of the radial support vector machine: the most memory that values of the kernel may take, in MiB.
        public var kernelMemory: Int

        public init(
            base: Base = .logistic, c: Double = 1, loss: MultiLabelSVM<Scalar>.Loss = .squaredHinge,
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

        enum CodingKeys: String, CodingKey {
            case base
            case c = "C"
            case loss, gamma
            case classWeight = "class_weight"
            case tolerance
            case maximumIterations = "max_iterations"
            case kernelMemory = "kernel_memory"
        }

        /// What a configuration leaves out keeps its default.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init()
            base = try container.decodeIfPresent(Base.self, forKey: .base) ?? base
            c = try container.decodeIfPresent(Double.self, forKey: .c) ?? c
            loss = try container.decodeIfPresent(MultiLabelSVM<Scalar>.Loss.self, forKey: .loss) ?? loss
            gamma = try container.decodeIfPresent(KernelWidth.self, forKey: .gamma) ?? gamma
            classWeight = try container.decodeIfPresent(ClassWeight.self, forKey: .classWeight) ?? classWeight
            tolerance = try container.decodeIfPresent(Double.self, forKey: .tolerance)
            maximumIterations = try container.decodeIfPresent(Int.self, forKey: .maximumIterations) ?? maximumIterations
            kernelMemory = try container.decodeIfPresent(Int.self, forKey: .kernelMemory) ?? kernelMemory
        }

        public func validate() throws {
            let path = "classifiers.binary-relevance."
            try FitError.require(c > 0 && c.isFinite, path + "C", "positive", found: c)
            try gamma.validate(path + "gamma")
            if let tolerance {
                try FitError.require(
                    tolerance > 0 && tolerance < 1, path + "tolerance", "between 0 and 1", found: tolerance)
            }
            try FitError.require(maximumIterations > 0, path + "max_iterations", "positive", found: maximumIterations)
            try FitError.require(kernelMemory > 0, path + "kernel_memory", "positive (MiB)", found: kernelMemory)
        }

        var resolvedTolerance: Double { tolerance ?? (base == .logistic ? 1e-6 : 1e-3) }

        /// What the support vector machines of the base are fitted with; nil for a logistic one.
        var supportVectors: MultiLabelSVM<Scalar>.Parameters? {
            guard base != .logistic else { return nil }
            return MultiLabelSVM<Scalar>.Parameters(
                c: c, kernel: base == .radialSVM ? .radial : .linear, gamma: gamma, loss: loss,
                classWeight: classWeight, tolerance: resolvedTolerance, kernelMemory: kernelMemory)
        }
    }
}
