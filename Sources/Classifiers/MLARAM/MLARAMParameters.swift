import ParameterTables

extension MLARAM {
    public struct Parameters: ClassifierParameters {
        /// ρ: the share of a box that a row must match to be learned by it. Larger values make more and smaller boxes.
        public var vigilance: Double
        /// τ: how far the activation of a prototype may be below the highest one for the prototype to vote.
        public var threshold: Double
        public var scaling: FeatureScaling
        public var voters: Int
        /// The share of the prototypes that a prediction searches: those in the clusters nearest to a sample, at least
        /// 256. Nil searches all.
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

        public static var standard: Self { .init() }

        public static var table: [Parameter<Self>] {
            [
                .init("vigilance", \.vigilance, .number(0 ... 1), "ρ: how closely a prototype must fit, 0…1"),
                .init(
                    "threshold", \.threshold, .number(0...),
                    "τ: how far below the highest activation a prototype still counts"),
                .init(
                    "voters", \.voters, .whole(1 ... 1000),
                    "number of voters; the first learns the rows in their order, each other in its own random order"),
                .init(
                    "clustering", \.clustering, or: "off", .number(above: 0, through: 1),
                    "for many prototypes: the share of them, 0…1, that a prediction searches (the nearest clusters), "
                        + "or off"),
            ]
        }
    }
}
