import LinearAlgebra

/// The multi-label fuzzy ARAM, whose prototypes are boxes in feature space with one label combination each.
///
/// With complement coding, a prototype is a box lower ≤ upper of size |W| = d − Σ(upper − lower). The distance of a row
/// x is D = Σ max(lower − x, 0) + max(x − upper, 0), and its activation is T = 1 − D/|W|. Training is one pass over the
/// rows. A row competes for the prototypes of its own label combination. The one with the highest T and D < |W| − ρd
/// grows to contain the row; if there is none, the row becomes a prototype. Combinations are independent and train in
/// parallel.
///
/// The score of a label is Σ T·(rows with the label) / Σ T over the prototypes that are nearly as active as the most
/// active one: (Tmax − T)/Tmax ≤ τ(Tmax − Tmin).
///
/// The prototypes depend on the order of the rows. Several voters learn in different orders, and the score is their
/// mean. With clustering, a search examines only the prototypes near a sample, and Tmin is the minimum of those.
///
/// - Source: Sapozhnikova, ECML PKDD 2009; Benites & Sapozhnikova, ICDM Workshops 2015 (HARAM).
public struct MLARAM<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "mlaram" }
    public static var scale: DecisionScale { .share }

    /// The range of each feature in training: d.
    public let range: FeatureRange<Scalar>
    public let scaling: FeatureScaling
    /// τ.
    public let threshold: Double
    /// The share of the prototypes that a search examines; nil for all.
    public let clustering: Double?
    /// The prototypes of each voter. The first voter uses the order of the rows.
    public let voters: [Prototypes<Scalar>]

    /// Indices for fast searches, derived from the prototypes.
    let indices: [BoxIndex]

    public var labelCount: Int { voters[0].labels.columns }
    public var featureCount: Int { voters[0].lower.columns }
    /// The number of prototypes of all voters.
    public var prototypeCount: Int { voters.reduce(0) { $0 + $1.count } }

    /// - Precondition: at least one voter; the same numbers of features and labels everywhere.
    public init(
        range: FeatureRange<Scalar>, scaling: FeatureScaling = .perFeature, threshold: Double,
        clustering: Double? = nil, voters: [Prototypes<Scalar>], workers: Workers = .all
    ) {
        precondition(!voters.isEmpty, "a model needs at least one voter")
        precondition(
            voters.allSatisfy {
                $0.lower.columns == range.minimum.count && $0.labels.columns == voters[0].labels.columns
            }, "voters of \(voters.map(\.lower.columns)) features, \(range.minimum.count) ranges")
        self.range = range
        self.scaling = scaling
        self.threshold = threshold
        self.clustering = clustering
        self.voters = voters
        indices = voters.map { BoxIndex($0, share: clustering, workers: workers) }
    }

    /// Fits in one pass over the rows for each voter.
    ///
    /// - Parameters:
    ///   - features: n × d, in any range.
    ///   - truth: n × L; any combination, including the empty one.
    ///   - seed: determines the order of the rows for the second and later voters. The first one uses the given order.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters = Parameters(), seed: UInt64 = 0,
        workers: Workers = .all, progress: FitProgress? = nil
    ) throws -> MLARAM {
        try parameters.validate()
        try TrainingCheck.accept(features, truth)
        let range = FeatureRange(of: features)
        let scaled = range.scaled(features, parameters.scaling, workers: workers)
        let rows = Array(0 ..< features.rows)
        let voters = try (0 ..< parameters.voters).map { voter in
            var generator = SeededGenerator(seed: seed, purpose: "mlaram voter", index: voter)
            let order = voter == 0 ? rows : generator.shuffled(rows)
            defer { progress?(Double(voter + 1) / Double(parameters.voters)) }
            return try Prototypes(
                learning: scaled, truth, order: order, vigilance: parameters.vigilance, workers: workers)
        }
        return MLARAM(
            range: range, scaling: parameters.scaling, threshold: parameters.threshold,
            clustering: parameters.clustering, voters: voters, workers: workers)
    }

    public static func == (a: MLARAM, b: MLARAM) -> Bool {
        a.range == b.range && a.scaling == b.scaling && a.threshold == b.threshold && a.clustering == b.clustering
            && a.voters == b.voters
    }
}
