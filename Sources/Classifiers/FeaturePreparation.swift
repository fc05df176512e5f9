import LinearAlgebra

/// Prepares features for the classifiers: codes measurements as steps, replaces missing values, and standardizes.
public struct FeaturePreparation: Equatable, Sendable {
    public struct Settings: Equatable, Sendable {
        /// Whether each feature is coded as steps (`StepCoding`) before standardization.
        public var codesSteps: Bool
        public var missing: Missing

        public init(codesSteps: Bool = false, missing: Missing = .refused) {
            self.codesSteps = codesSteps
            self.missing = missing
        }
    }

    /// The handling of values that are not finite.
    public enum Missing: String, CaseIterable, Sendable {
        /// No value is missing. Values that are not finite make the decision values not finite.
        case refused
        /// A missing value is replaced by the mean of the training values.
        case mean
        /// Like `mean`, and a further feature is 1 where the value is missing and 0 elsewhere.
        case marked
    }

    /// The mean of the training values of each feature, d; nil where no value is missing.
    public let means: [Double]?
    /// The features whose missing values are marked, ascending.
    public let marked: [Int]
    /// nil without step coding.
    public let coding: StepCoding?
    public let standardizer: Standardizer<Float>

    /// - Precondition: the parts have the same numbers of features.
    public init(
        means: [Double]? = nil, marked: [Int] = [], coding: StepCoding? = nil, standardizer: Standardizer<Float>
    ) {
        let coded = coding?.outputCount ?? means?.count ?? standardizer.mean.count
        precondition(coded + marked.count == standardizer.mean.count, "preparations of different numbers of features")
        precondition(
            means == nil || coding == nil || means?.count == coding?.inputCount,
            "means and step coding of different numbers of features")
        precondition(
            marked.allSatisfy { feature in means.map { (0 ..< $0.count).contains(feature) } ?? false },
            "marks need a feature that can be missing")
        (self.means, self.marked, self.coding, self.standardizer) = (means, marked, coding, standardizer)
    }

    /// Fits the preparation.
    ///
    /// - Parameter features: n × d of training rows, n ≥ 1.
    public init(fitting features: Matrix<Float>, settings: Settings = Settings()) {
        var means: [Double]?
        var marked: [Int] = []
        if settings.missing != .refused {
            means = (0 ..< features.columns).map { column in
                let values = features.column(column).lazy.filter(\.isFinite)
                let sum = values.reduce(into: (total: 0.0, count: 0)) { sum, value in
                    sum.total += Double(value)
                    sum.count += 1
                }
                return sum.count == 0 ? 0 : sum.total / Double(sum.count)
            }
        }
        if settings.missing == .marked {
            marked = (0 ..< features.columns).filter { column in
                let values = features.column(column)
                return values.contains { !$0.isFinite } && values.contains(where: \.isFinite)
            }
        }
        let coding = settings.codesSteps ? StepCoding(fitting: features) : nil
        let coded = Self.coded(features, means: means, marked: marked, coding: coding)
        self.init(means: means, marked: marked, coding: coding, standardizer: Standardizer(fitting: coded))
    }

    /// The number of features before the preparation, d.
    public var inputCount: Int { coding?.inputCount ?? means?.count ?? standardizer.mean.count }

    /// The number of values that the classifiers receive.
    public var outputCount: Int { standardizer.mean.count }

    /// The feature that each prepared value comes from: `outputCount` indices.
    public var sources: [Int] { (coding?.sources ?? Array(0 ..< inputCount)) + marked }

    /// A typical value of each feature, d: about the training median of coded features, else the training mean.
    public var typicalValues: [Double] {
        let means = means ?? Array(standardizer.mean.prefix(inputCount))
        guard let coding else { return means }
        return coding.medians.enumerated().map { feature, median in
            median ?? (feature < means.count ? means[feature] : 0)
        }
    }

    /// Returns n × `outputCount` prepared values.
    ///
    /// - Parameter features: n × d.
    public func apply(_ features: Matrix<Float>) -> Matrix<Float> {
        standardizer.apply(Self.coded(features, means: means, marked: marked, coding: coding))
    }

    /// Returns the features with the training mean in place of each missing value: n × d.
    public func filled(_ features: Matrix<Float>) -> Matrix<Float> { Self.filled(features, means: means) }

    private static func filled(_ features: Matrix<Float>, means: [Double]?) -> Matrix<Float> {
        guard let means else { return features }
        precondition(features.columns == means.count, "\(features.columns) features for \(means.count) means")
        var filled = features
        for place in filled.values.indices where !filled.values[place].isFinite {
            filled.values[place] = Float(means[place % means.count])
        }
        return filled
    }

    private static func coded(
        _ features: Matrix<Float>, means: [Double]?, marked: [Int], coding: StepCoding?
    ) -> Matrix<Float> {
        let coded = coding?.coded(features) ?? filled(features, means: means)
        guard !marked.isEmpty else { return coded }
        var values: [Float] = []
        values.reserveCapacity(coded.values.count + marked.count * features.rows)
        for row in 0 ..< features.rows {
            values += coded.row(row)
            for column in marked { values.append(features[row, column].isFinite ? 0 : 1) }
        }
        return Matrix(rows: features.rows, columns: coded.columns + marked.count, values: values)
    }
}
