import LinearAlgebra

/// The validated input of a classifier that fits labels independently: the data and the labels that are not constant.
struct LabelwiseProblem<Scalar: MatrixScalar> {
    /// n × d.
    let features: Matrix<Scalar>
    /// n × L.
    let truth: LabelMatrix
    /// The labels that are all 0 or all 1, ascending.
    let constantLabels: [Int]
    /// The others, ascending.
    let labels: [Int]

    /// - Throws: `FitError` if parameters or features cannot be used.
    /// - Precondition: features and truth have the same number of rows.
    init(features: Matrix<Scalar>, truth: LabelMatrix, parameters: some ClassifierParameters) throws {
        try parameters.validate()
        try TrainingCheck.accept(features, truth)
        self.features = features
        self.truth = truth
        let constant = TrainingCheck.constantLabels(truth)
        constantLabels = constant
        labels = (0 ..< truth.columns).filter { !constant.contains($0) }
    }

    /// Returns the problems of one label against the rest.
    func binaryProblems(c: Double, classWeight: ClassWeight) -> [BinaryProblem] {
        labels.map { BinaryProblem(truth: truth, label: $0, c: c, classWeight: classWeight) }
    }

    /// Returns the decision functions of the solutions.
    ///
    /// - Parameter constant: the score of a label that is all 1. A label that is all 0 has the negative score.
    func decisionFunction(_ minima: [LinearSolution], constant: Double) -> LinearDecisionFunction<Scalar> {
        var weights = Matrix<Double>(rows: truth.columns, columns: features.columns)
        var intercepts = intercepts(constant: constant)
        for minimum in minima { minimum.write(to: &weights, &intercepts) }
        return LinearDecisionFunction(weights: weights, intercepts: intercepts)
    }

    /// Returns L intercepts with those of the constant labels.
    func intercepts(constant: Double) -> [Double] {
        truth.support.map { $0 == 0 ? -constant : constant }
    }
}

extension [LinearSolution] {
    /// The labels whose search ended early, in the order of the solutions.
    var unconvergedLabels: [Int] { filter { !$0.converged }.map(\.label) }
}
