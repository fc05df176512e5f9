import LinearAlgebra

/// The multi-label fuzzy ARAM: prototypes that are boxes in feature space, each of one label combination.
///
/// With complement coding a prototype is a box lower ≤ upper of size |W| = d − Σ(upper − lower), and a row x is at
/// distance D = Σ max(lower − x, 0) + max(x − upper, 0). Its activation is T = 1 − D/|W|. Training is one pass over the
/// rows in their order: a row competes with the prototypes of its own label combination, the one of highest T with
/// D < |W| − ρd grows to hold it, and if there is none the row becomes a prototype. Combinations are independent and
/// train in parallel.
///
/// A sample's score for a label is Σ T·(rows with the label) / Σ T over the prototypes that are nearly as active as
/// the most active one: (Tmax − T)/Tmax ≤ τ(Tmax − Tmin).
///
/// What is learnt depends on the order of the rows: several voters learn in orders of their own, and a score is their
/// mean. With clustering a search looks only at the prototypes near a sample, Tmin being the least of those.
///
/// - Source: Sapozhnikova, ECML PKDD 2009; Benites & Sapozhnikova, ICDM Workshops 2015 (HARAM).
public struct MLARAM<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "mlaram" }

    /// The range of each feature in training: d.
    public let range: FeatureRange<Scalar>
    public let scaling: FeatureScaling
    /// τ.
    public let threshold: Double
    /// The share of the prototypes that a search looks at; nil for all.
    public let clustering: Double?
    /// What each voter has learnt; the first one's order is that of the rows.
    public let voters: [Prototypes<Scalar>]

    /// What makes a search among each voter's prototypes quick: made from the above.
    let indices: [BoxIndex]

    public var labelCount: Int { voters[0].labels.columns }
    public var featureCount: Int { voters[0].lower.columns }
    /// Of all voters together.
    public var prototypeCount: Int { voters.reduce(0) { $0 + $1.count } }

    /// - Precondition: at least one voter; as many features and labels everywhere.
    public init(
        range: FeatureRange<Scalar>, scaling: FeatureScaling = .perFeature, threshold: Double,
        clustering: Double? = nil, voters: [Prototypes<Scalar>], workers: Workers = .all
    ) {
        precondition(!voters.isEmpty, "at least one voter")
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
    ///   - truth: n × L; any combination is learnt, the empty one too.
    ///   - seed: of the orders of the second and later voters; the first one's is that of the rows.
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
