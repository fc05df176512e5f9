import LinearAlgebra

/// Prepares features for the classifiers: codes measurements as steps, replaces missing values, and standardizes.
///
/// Features that are no measurements, such as those of a network, follow the measurements and are not coded.
public struct FeaturePreparation: Equatable, Sendable {
    public struct Settings: Equatable, Sendable {
        /// Whether each measurement is coded as steps (`StepCoding`) before standardization.
        public var codesSteps: Bool
        /// The number of measurements, which are the first features; nil if all features are.
        public var measurements: Int?
        public var missing: Missing

        public init(codesSteps: Bool = false, measurements: Int? = nil, missing: Missing = .refused) {
            self.codesSteps = codesSteps
            self.measurements = measurements
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
    /// The coding of the measurements; nil without step coding.
    public let coding: StepCoding?
    public let standardizer: Standardizer<Float>

    /// - Precondition: the parts have the same numbers of features.
    public init(
        means: [Double]? = nil, marked: [Int] = [], coding: StepCoding? = nil, standardizer: Standardizer<Float>
    ) {
        let unmarked = standardizer.mean.count - marked.count
        let uncoded = coding.map { unmarked - $0.outputCount } ?? unmarked
        precondition(uncoded >= 0, "preparations of different numbers of features")
        precondition(
            means.map { $0.count == (coding?.inputCount ?? 0) + uncoded } ?? true,
            "means and prepared values of different numbers of features")
        precondition(
            marked.allSatisfy { feature in means.map { (0 ..< $0.count).contains(feature) } ?? false },
            "marks need a feature that can be missing")
        (self.means, self.marked, self.coding, self.standardizer) = (means, marked, coding, standardizer)
        self.uncoded = uncoded
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
        let coding = settings.codesSteps ? StepCoding(fitting: features, count: settings.measurements) : nil
        let coded = Self.coded(features, means: means, marked: marked, coding: coding)
        self.init(means: means, marked: marked, coding: coding, standardizer: Standardizer(fitting: coded))
    }

    /// The number of features that are not coded. They follow the others.
    private let uncoded: Int

    /// The number of features before the preparation, d.
    public var inputCount: Int { (coding?.inputCount ?? 0) + uncoded }

    /// The number of values that the classifiers receive.
    public var outputCount: Int { standardizer.mean.count }

    /// The feature that each prepared value comes from: `outputCount` indices.
    public var sources: [Int] {
        (coding?.sources ?? []) + Array((coding?.inputCount ?? 0) ..< inputCount) + marked
    }

    /// A typical value of each feature, d: about the training median of coded features, else the training mean.
    public var typicalValues: [Double] {
        guard let coding else { return means ?? Array(standardizer.mean.prefix(inputCount)) }
        let coded = coding.medians.enumerated().map { feature, median in median ?? means?[feature] ?? 0 }
        return coded + (means?.suffix(uncoded) ?? standardizer.mean[coding.outputCount...].prefix(uncoded))
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
        let filled = Self.filled(features, means: means)
        guard coding != nil || !marked.isEmpty else { return filled }
        let measurements = coding?.inputCount ?? 0
        let coded = coding?.coded(features)
        let columns = (coded?.columns ?? 0) + features.columns - measurements + marked.count
        var values: [Float] = []
        values.reserveCapacity(features.rows * columns)
        for row in 0 ..< features.rows {
            if let coded { values += coded.row(row) }
            values += filled.row(row).dropFirst(measurements)
            for column in marked { values.append(features[row, column].isFinite ? 0 : 1) }
        }
        return Matrix(rows: features.rows, columns: columns, values: values)
    }
}
