import LinearAlgebra

/// One classifier of an ensemble, fitted: which of the four it is, with its state.
public enum Member: Sendable {
    case binaryRelevance(BinaryRelevance<Float>)
    case mlaram(MLARAM<Float>)
    case multiLabelSVM(MultiLabelSVM<Float>)
    case mltsvm(MLTSVM<Float>)

    /// `binary-relevance`, `mlaram`, `ml-svm` or `mltsvm`.
    public var name: String {
        switch self {
        case .binaryRelevance: BinaryRelevance<Float>.name
        case .mlaram: MLARAM<Float>.name
        case .multiLabelSVM: MultiLabelSVM<Float>.name
        case .mltsvm: MLTSVM<Float>.name
        }
    }

    /// n × L decision values, higher is more likely; each classifier has a scale of its own until calibrated.
    ///
    /// - Parameter features: n × d, standardised as the features that it was fitted on.
    public func decisionValues(_ features: Matrix<Float>, workers: Workers) -> Matrix<Double> {
        switch self {
        case .binaryRelevance(let model): model.scores(features, workers: workers)
        case .mlaram(let model): model.scores(features, workers: workers)
        case .multiLabelSVM(let model): model.scores(features, workers: workers)
        case .mltsvm(let model): model.scores(features, workers: workers)
        }
    }

    /// What to fit: a classifier with its parameters.
    public enum Parameters: Codable, Equatable, Sendable {
        case binaryRelevance(BinaryRelevance<Float>.Parameters)
        case mlaram(MLARAM<Float>.Parameters)
        case multiLabelSVM(MultiLabelSVM<Float>.Parameters)
        case mltsvm(MLTSVM<Float>.Parameters)

        /// The name of the classifier that these are for.
        public var name: String {
            switch self {
            case .binaryRelevance: BinaryRelevance<Float>.name
            case .mlaram: MLARAM<Float>.name
            case .multiLabelSVM: MultiLabelSVM<Float>.name
            case .mltsvm: MLTSVM<Float>.name
            }
        }

        /// - Throws: the classifier's own error if a parameter is out of its range.
        public func validate() throws {
            switch self {
            case .binaryRelevance(let parameters): try parameters.validate()
            case .mlaram(let parameters): try parameters.validate()
            case .multiLabelSVM(let parameters): try parameters.validate()
            case .mltsvm(let parameters): try parameters.validate()
            }
        }

        /// Fits the classifier.
        ///
        /// - Parameters:
        ///   - features: n × d, standardised.
        ///   - truth: n × L.
        func fit(features: Matrix<Float>, truth: LabelMatrix, seed: UInt64, workers: Workers) throws -> Member {
            switch self {
            case .binaryRelevance(let parameters):
                .binaryRelevance(
                    try .fit(features: features, truth: truth, parameters: parameters, seed: seed, workers: workers))
            case .mlaram(let parameters):
                .mlaram(
                    try .fit(features: features, truth: truth, parameters: parameters, seed: seed, workers: workers))
            case .multiLabelSVM(let parameters):
                .multiLabelSVM(
                    try .fit(features: features, truth: truth, parameters: parameters, seed: seed, workers: workers))
            case .mltsvm(let parameters):
                .mltsvm(
                    try .fit(features: features, truth: truth, parameters: parameters, seed: seed, workers: workers))
            }
        }
    }
}
