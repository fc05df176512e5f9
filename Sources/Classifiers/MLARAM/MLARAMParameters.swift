extension MLARAM {
    public struct Parameters: ClassifierParameters {
        /// ρ: how much of a box a row must match to be learnt by it, 0…1. Greater makes more and smaller boxes.
        public var vigilance: Double
        /// τ: how far from the most active a prototype may be to have its say, at least 0.
        public var threshold: Double
        public var scaling: FeatureScaling
        /// How many learn the rows, each in an order of its own.
        public var voters: Int
        /// The share of the prototypes, above 0 and at most 1, that a search looks at: those in the clusters nearest to
        /// a sample, 256 at least. Nil looks at all.
        public var clustering: Double?

        public init(
            vigilance: Double = 0.9, threshold: Double = 0.02, scaling: FeatureScaling = .perFeature, voters: Int = 1,
            clustering: Double? = nil
        ) {
            self.vigilance = vigilance
            self.threshold = threshold
            self.scaling = scaling
            self.voters = voters
            self.clustering = clustering
        }

        enum CodingKeys: String, CodingKey { case vigilance, threshold, scaling, voters, clustering }

        /// What a configuration leaves out keeps its default.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init()
            vigilance = try container.decodeIfPresent(Double.self, forKey: .vigilance) ?? vigilance
            threshold = try container.decodeIfPresent(Double.self, forKey: .threshold) ?? threshold
            scaling = try container.decodeIfPresent(FeatureScaling.self, forKey: .scaling) ?? scaling
            voters = try container.decodeIfPresent(Int.self, forKey: .voters) ?? voters
            clustering = try container.decodeIfPresent(Double.self, forKey: .clustering)
        }

        public func validate() throws {
            let path = "classifiers.mlaram."
            try FitError.require(
                vigilance >= 0 && vigilance <= 1, path + "vigilance", "between 0 and 1", found: vigilance)
            try FitError.require(
                threshold >= 0 && threshold.isFinite, path + "threshold", "0 or more", found: threshold)
            try FitError.require((1 ... 1000).contains(voters), path + "voters", "from 1 to 1000", found: voters)
            if let clustering {
                try FitError.require(
                    clustering > 0 && clustering <= 1, path + "clustering", "off, or above 0 and at most 1",
                    found: clustering)
            }
        }
    }
}
