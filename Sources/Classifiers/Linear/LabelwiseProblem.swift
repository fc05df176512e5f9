import LinearAlgebra

/// What a classifier that learns label by label starts from, checked: the data, and which labels there is something to
/// learn of.
struct LabelwiseProblem<Scalar: MatrixScalar> {
    /// n × d.
    let features: Matrix<Scalar>
    /// n × L.
    let truth: LabelMatrix
    /// The labels that are all 0 or all 1, ascending.
    let constantLabels: [Int]
    /// The others, ascending.
    let labels: [Int]

    /// - Throws: `FitError`, if parameters or features cannot be used.
    /// - Precondition: as many rows of features as of labels.
    init(features: Matrix<Scalar>, truth: LabelMatrix, parameters: some ClassifierParameters) throws {
        try parameters.validate()
        try TrainingCheck.accept(features, truth)
        self.features = features
        self.truth = truth
        let constant = TrainingCheck.constantLabels(truth)
        constantLabels = constant
        labels = (0 ..< truth.columns).filter { !constant.contains($0) }
    }

    /// One label against the rest, for each label.
    func binaryProblems(c: Double, classWeight: ClassWeight) -> [BinaryProblem] {
        labels.map { BinaryProblem(truth: truth, label: $0, c: c, classWeight: classWeight) }
    }

    /// The hyperplanes that were found.
    ///
    /// - Parameter constant: the score of a label that is all 1; one that is all 0 has its negative.
    func machine(_ minima: [MarginMinimum], constant: Double) -> LinearMachine<Scalar> {
        var weights = Matrix<Double>(rows: truth.columns, columns: features.columns)
        var intercepts = intercepts(constant: constant)
        for minimum in minima { minimum.write(to: &weights, &intercepts) }
        return LinearMachine(weights: weights, intercepts: intercepts)
    }

    /// The intercepts of the constant labels, in their places among L.
    func intercepts(constant: Double) -> [Double] {
        truth.support.map { $0 == 0 ? -constant : constant }
    }
}

extension [MarginMinimum] {
    /// The labels whose search ended early, ascending as they came.
    var unconvergedLabels: [Int] { filter { !$0.converged }.map(\.label) }
}
