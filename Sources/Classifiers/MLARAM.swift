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
/// - Source: Sapozhnikova, ECML PKDD 2009; Benites & Sapozhnikova, ICDM Workshops 2015.
public struct MLARAM<Scalar: MatrixScalar>: MultiLabelClassifier, Equatable {
    public static var name: String { "mlaram" }

    public struct Parameters: ClassifierParameters {
        /// ρ: how much of a box a row must match to be learnt by it, 0…1. Greater makes more and smaller boxes.
        public var vigilance: Double
        /// τ: how far from the most active a prototype may be to have its say, at least 0.
        public var threshold: Double
        public var scaling: FeatureScaling

        public init(vigilance: Double = 0.9, threshold: Double = 0.02, scaling: FeatureScaling = .perFeature) {
            self.vigilance = vigilance
            self.threshold = threshold
            self.scaling = scaling
        }

        enum CodingKeys: String, CodingKey { case vigilance, threshold, scaling }

        /// What a configuration leaves out keeps its default.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init()
            vigilance = try container.decodeIfPresent(Double.self, forKey: .vigilance) ?? vigilance
            threshold = try container.decodeIfPresent(Double.self, forKey: .threshold) ?? threshold
            scaling = try container.decodeIfPresent(FeatureScaling.self, forKey: .scaling) ?? scaling
        }

        public func validate() throws {
            let path = "classifiers.mlaram."
            try FitError.require(
                vigilance >= 0 && vigilance <= 1, path + "vigilance", "between 0 and 1", found: vigilance)
            try FitError.require(
                threshold >= 0 && threshold.isFinite, path + "threshold", "0 or more", found: threshold)
        }
    }

    /// The range of each feature in training: d.
    public let range: FeatureRange<Scalar>
    public let scaling: FeatureScaling
    /// τ.
    public let threshold: Double
    /// P × d, in 0…1; prototypes are in the order in which their first rows came.
    public let lower: Matrix<Scalar>
    /// P × d, in 0…1.
    public let upper: Matrix<Scalar>
    /// The label combination of each prototype: P × L.
    public let labels: LabelMatrix
    /// How many rows each prototype has learnt: P values.
    public let rowCounts: [Int]

    /// |W| of each prototype, and the edges in bytes: made from the above.
    let index: BoxIndex

    public var labelCount: Int { labels.columns }
    public var featureCount: Int { lower.columns }
    public var prototypeCount: Int { lower.rows }

    /// - Precondition: as many prototypes everywhere, at least one; as many features everywhere.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public init(
        range: FeatureRange<Scalar>, scaling: FeatureScaling, threshold: Double, lower: Matrix<Scalar>,
        upper: Matrix<Scalar>, labels: LabelMatrix, rowCounts: [Int]
    ) {
        precondition(
            lower.rows > 0 && upper.rows == lower.rows && labels.rows == lower.rows && rowCounts.count == lower.rows,
            "\(lower.rows) lower and \(upper.rows) upper edges, \(labels.rows) label rows, \(rowCounts.count) counts")
        precondition(
            upper.columns == lower.columns && range.minimum.count == lower.columns,
            "edges of \(lower.columns) and \(upper.columns) features, \(range.minimum.count) ranges")
        self.range = range
        self.scaling = scaling
        self.threshold = threshold
        self.lower = lower
        self.upper = upper
        self.labels = labels
        self.rowCounts = rowCounts
        index = BoxIndex(lower: lower, upper: upper)
    }

    /// Fits in one pass over the rows, in their order; nothing is drawn at random.
    ///
    /// - Parameters:
    ///   - features: n × d, in any range.
    ///   - truth: n × L; any combination is learnt, the empty one too.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters = Parameters(), seed: UInt64 = 0,
        workers: Workers = .all, progress: FitProgress? = nil
    ) throws -> MLARAM {
        try parameters.validate()
        try TrainingCheck.accept(features, truth)
        let range = FeatureRange(of: features)
        let scaled = range.scaled(features, parameters.scaling)
        let combinations = rowsByCombination(truth)
        let groups = try workers.map(combinations.count) { index, _ in
            group(of: combinations[index], scaled, parameters.vigilance)
        }
        progress?(1)

        let columns = features.columns
        let order = groups.indices.flatMap { group in groups[group].firstRows.indices.map { (group, $0) } }
            .sorted { groups[$0.0].firstRows[$0.1] < groups[$1.0].firstRows[$1.1] }
        func edges(_ side: KeyPath<BoxGroup<Scalar>, [Scalar]>) -> Matrix<Scalar> {
            var values: [Scalar] = []
            values.reserveCapacity(order.count * columns)
            for (group, index) in order {
                values += groups[group][keyPath: side][index * columns ..< (index + 1) * columns]
            }
            return Matrix(rows: order.count, columns: columns, values: values)
        }
        return MLARAM(
            range: range, scaling: parameters.scaling, threshold: parameters.threshold, lower: edges(\.lower),
            upper: edges(\.upper), labels: truth.selecting(rows: order.map { groups[$0.0].firstRows[$0.1] }),
            rowCounts: order.map { groups[$0.0].rowCounts[$0.1] })
    }

    /// The rows of each label combination, ascending; the largest combination first, so that it does not come last.
    private static func rowsByCombination(_ truth: LabelMatrix) -> [[Int]] {
        var places: [ArraySlice<UInt8>: Int] = [:]
        var combinations: [[Int]] = []
        for row in 0 ..< truth.rows {
            let key = truth.row(row)
            if let place = places[key] {
                combinations[place].append(row)
            } else {
                places[key] = combinations.count
                combinations.append([row])
            }
        }
        return combinations.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .map(\.element)
    }

    private static func group(of rows: [Int], _ scaled: Matrix<Scalar>, _ vigilance: Double) -> BoxGroup<Scalar> {
        let columns = scaled.columns
        let bounds = ByteBounds(columns: columns, of: Scalar.self)
        var group = BoxGroup<Scalar>(columns: columns, vigilance: vigilance)
        var bytes = [UInt8](repeating: 0, count: bounds.width)
        scaled.values.withUnsafeBufferPointer { values in
            for row in rows {
                let point = values.baseAddress! + row * columns
                bytes.withUnsafeMutableBufferPointer { bounds.writePoint(point, to: $0.baseAddress!) }
                group.learn(row: row, point, bytes)
            }
        }
        return group
    }

    public static func == (a: MLARAM, b: MLARAM) -> Bool {
        a.range == b.range && a.scaling == b.scaling && a.threshold == b.threshold && a.lower == b.lower
            && a.upper == b.upper && a.labels == b.labels && a.rowCounts == b.rowCounts
    }
}
