import LinearAlgebra

/// What a fitted classifier of several labels can do, whatever its kind.
///
/// There is no unfitted one: `fit` returns the model. All of its state is in public `let` properties and a public
/// memberwise `init`, so that a model file can keep it.
public protocol MultiLabelClassifier<Scalar>: Sendable {
    /// The precision of the features.
    associatedtype Scalar: MatrixScalar
    associatedtype Parameters: ClassifierParameters

    /// The name in configurations, model files and results, for example `binary-relevance`.
    static var name: String { get }

    /// How many labels it scores: L.
    var labelCount: Int { get }

    /// How many features it wants: d.
    var featureCount: Int { get }

    /// Fits all labels.
    ///
    /// - Parameters:
    ///   - features: n × d, one sample per row.
    ///   - truth: n × L. A label that is all 0 or all 1 gets a sound constant model.
    ///   - seed: where the algorithm draws at random; the same seed gives the same model whatever `workers`.
    ///   - progress: called now and then, from any thread, with the share that is done, 0…1.
    /// - Throws: `FitError`, if parameters or features cannot be used.
    /// - Precondition: features and truth have as many rows.
    static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters, seed: UInt64, workers: Workers,
        progress: FitProgress?
    ) throws -> Self

    /// n × L; higher is more likely. What the numbers mean is told by each classifier.
    ///
    /// A row that holds a value that is not finite has scores that are NaN; it changes no other row's.
    ///
    /// - Parameter features: n × d, prepared like those of the fit.
    func scores(_ features: Matrix<Scalar>, workers: Workers) -> Matrix<Double>
}

/// Told the share of a fit that is done, 0…1, from any thread.
public typealias FitProgress = @Sendable (_ share: Double) -> Void

/// Settings of a classifier, as a configuration writes them.
public protocol ClassifierParameters: Codable, Equatable, Sendable {
    /// - Throws: `FitError.parameter`, naming the key in the configuration.
    func validate() throws
}

/// How much a sample that carries a label counts against one that does not.
public enum ClassWeight: String, Codable, Equatable, Sendable, CaseIterable {
    /// All samples count 1.
    case none

    /// n / (2·n₁) and n / (2·n₀), as scikit-learn's `balanced`: both sides count the same in sum.
    case balanced

    /// The weights of a sample without and with a label.
    func weights(positives: Int, of rows: Int) -> (negative: Double, positive: Double) {
        guard self == .balanced, positives > 0, positives < rows else { return (1, 1) }
        return (Double(rows) / (2 * Double(rows - positives)), Double(rows) / (2 * Double(positives)))
    }
}
