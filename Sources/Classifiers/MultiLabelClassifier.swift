import LinearAlgebra
import ParameterTables

/// A fitted classifier of several labels.
///
/// There is no unfitted state: `fit` returns the model. Its state is in public `let` properties, and a public memberwise
/// `init` takes them, so that a model file can store it.
public protocol MultiLabelClassifier<Scalar>: Sendable {
    /// The precision of the features.
    associatedtype Scalar: MatrixScalar
    associatedtype Parameters: ClassifierParameters

    /// The name in configurations, model files and results, for example `binary-relevance`.
    static var name: String { get }

    /// The meaning of the scores before calibration.
    static var scale: DecisionScale { get }

    /// The number of labels, L.
    var labelCount: Int { get }

    /// The number of features, d.
    var featureCount: Int { get }

    /// Fits all labels.
    ///
    /// - Parameters:
    ///   - features: n × d, one sample per row.
    ///   - truth: n × L. A label that is all 0 or all 1 gets a constant model.
    ///   - seed: determines random choices of the algorithm. The same seed gives the same model for any `workers`.
    ///   - progress: receives the completed share, 0…1, from any thread.
    /// - Throws: `FitError`, if parameters or features cannot be used.
    /// - Precondition: features and truth have the same number of rows.
    static func fit(
        features: Matrix<Scalar>, truth: LabelMatrix, parameters: Parameters, seed: UInt64, workers: Workers,
        progress: FitProgress?
    ) throws -> Self

    /// Returns n × L scores; higher is more likely. Each classifier documents their meaning.
    ///
    /// A row with a value that is not finite has NaN scores. It does not change the scores of other rows.
    ///
    /// - Parameter features: n × d, prepared like those of the fit.
    func scores(_ features: Matrix<Scalar>, workers: Workers) -> Matrix<Double>
}

extension MultiLabelClassifier {
    public static var scale: DecisionScale { .odds }
}

/// The meaning of decision values before they are calibrated.
public enum DecisionScale: Sendable {
    /// Even odds at 0: log odds, and signed distances from a separating surface.
    case odds
    /// Shares of a vote, 0…1. No value means even odds.
    case share
    /// Signed distances from a hyperplane through the samples with a label. No value means even odds.
    case distance
}

/// Receives the completed share of a fit, 0…1, from any thread.
public typealias FitProgress = @Sendable (_ share: Double) -> Void

/// The parameters of a classifier, defined by the rows of their table.
public protocol ClassifierParameters: Parameterized, Equatable {}

extension ClassifierParameters {
    /// - Throws: `FitError.parameter`, naming the first parameter whose value is not accepted.
    public func validate() throws {
        guard let fault = firstFault else { return }
        throw FitError.parameter(name: fault.name, expected: fault.form.expected, found: fault.text(in: self))
    }
}

/// The weights of samples with and without a label.
public enum ClassWeight: String, CaseIterable, ParameterValue {
    /// All samples have weight 1.
    case none

    /// n / (2·n₁) and n / (2·n₀), as scikit-learn's `balanced`: both sides have the same total weight.
    case balanced

    /// Returns the weights of a sample without and with a label.
    func weights(positives: Int, of rows: Int) -> (negative: Double, positive: Double) {
        guard self == .balanced, positives > 0, positives < rows else { return (1, 1) }
        return (Double(rows) / (2 * Double(rows - positives)), Double(rows) / (2 * Double(positives)))
    }
}
