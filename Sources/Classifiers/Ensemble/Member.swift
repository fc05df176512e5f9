import LinearAlgebra
import ParameterTables

/// A fitted classifier of an ensemble.
///
/// A new classifier gets a case in `Member` and in `Parameters`, and an entry in `Parameters.kinds`.
public enum Member: Sendable {
    case binaryRelevance(BinaryRelevance<Float>)
    case mlaram(MLARAM<Float>)
    case multiLabelSVM(MultiLabelSVM<Float>)
    case mltsvm(MLTSVM<Float>)

    /// The name of the classifier, for example `binary-relevance`.
    public var name: String {
        let model: any MultiLabelClassifier =
            switch self {
            case .binaryRelevance(let model): model
            case .mlaram(let model): model
            case .multiLabelSVM(let model): model
            case .mltsvm(let model): model
            }
        return type(of: model).name
    }

    /// The hyperplanes of a linear classifier; nil for the others.
    public var hyperplanes: LinearDecisionFunction<Float>? {
        let function: DecisionFunction<Float>? =
            switch self {
            case .binaryRelevance(let model): model.decisionFunction
            case .multiLabelSVM(let model): model.decisionFunction
            case .mlaram, .mltsvm: nil
            }
        guard case .linear(let hyperplanes) = function else { return nil }
        return hyperplanes
    }

    /// Returns n × L decision values; higher is more likely. Each classifier has its own scale until calibrated.
    ///
    /// - Parameter features: n × d, standardized like the features of the fit.
    public func decisionValues(_ features: Matrix<Float>, workers: Workers) -> Matrix<Double> {
        switch self {
        case .binaryRelevance(let model): model.scores(features, workers: workers)
        case .mlaram(let model): model.scores(features, workers: workers)
        case .multiLabelSVM(let model): model.scores(features, workers: workers)
        case .mltsvm(let model): model.scores(features, workers: workers)
        }
    }

    /// Returns the decision values of copies of a row, each with other values at some places: copies × L.
    ///
    /// This is faster than `decisionValues` of the copies.
    ///
    /// - Parameters:
    ///   - row: d values, standardized like the features of the fit.
    ///   - places: the places of each copy.
    ///   - others: d values, of which a copy has those at its places.
    public func decisionValues(
        of row: [Float], replacing places: [[Int]], with others: [Float]
    ) -> Matrix<Double> {
        let function: DecisionFunction<Float>
        switch self {
        case .binaryRelevance(let model): function = model.decisionFunction
        case .multiLabelSVM(let model): function = model.decisionFunction
        // Clusters and the scaling of a batch depend on the whole copy.
        case .mlaram(let model) where model.clustering == nil && model.scaling == .perFeature:
            return model.scores(of: row, replacing: places, with: others)
        case .mlaram, .mltsvm: return decisionValues(copies(of: row, places, others), workers: Workers(count: 1))
        }
        return switch function {
        case .radial(let expansion): expansion.decisionValues(ReplacedValues(of: row, at: places, with: others))
        case .linear: decisionValues(copies(of: row, places, others), workers: Workers(count: 1))
        }
    }

    private func copies(of row: [Float], _ places: [[Int]], _ others: [Float]) -> Matrix<Float> {
        Matrix(
            rows: places.count, columns: row.count,
            values: places.flatMap { places in
                var copy = row
                for place in places { copy[place] = others[place] }
                return copy
            })
    }

    /// The parameters of a classifier to fit.
    public enum Parameters: Equatable, Sendable {
        case binaryRelevance(BinaryRelevance<Float>.Parameters)
        case mlaram(MLARAM<Float>.Parameters)
        case multiLabelSVM(MultiLabelSVM<Float>.Parameters)
        case mltsvm(MLTSVM<Float>.Parameters)

        /// The classifiers, in the order of results and help.
        public static let kinds = [
            Kind(BinaryRelevance<Float>.self, Parameters.binaryRelevance),
            Kind(MLARAM<Float>.self, Parameters.mlaram),
            Kind(MultiLabelSVM<Float>.self, Parameters.multiLabelSVM),
            Kind(MLTSVM<Float>.self, Parameters.mltsvm, isStandard: false),
        ]

        /// The type of the classifier, and its parameters.
        private var classifier: (type: any MultiLabelClassifier.Type, parameters: any ClassifierParameters) {
            switch self {
            case .binaryRelevance(let parameters): (BinaryRelevance<Float>.self, parameters)
            case .mlaram(let parameters): (MLARAM<Float>.self, parameters)
            case .multiLabelSVM(let parameters): (MultiLabelSVM<Float>.self, parameters)
            case .mltsvm(let parameters): (MLTSVM<Float>.self, parameters)
            }
        }

        /// The name of the classifier.
        public var name: String { classifier.type.name }

        /// The scale of the classifier's decision values.
        public var scale: DecisionScale { classifier.type.scale }

        /// - Throws: `FitError.parameter` if a parameter has a value that it does not accept.
        public func validate() throws { try classifier.parameters.validate() }

        /// Fits the classifier.
        ///
        /// - Parameters:
        ///   - features: n × d, standardized.
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

extension Member.Parameters {
    /// A classifier that an ensemble can contain, with its parameters as rows of text.
    public struct Kind: Sendable {
        /// A parameter of the classifier.
        public struct Row: Sendable {
            public let name: String
            /// The default.
            public let standard: String
            public let form: ValueForm
            public let meaning: String
        }

        public let name: String
        /// Whether a configuration that lists no classifier uses this one.
        public let isStandard: Bool
        public let rows: [Row]
        private let read: @Sendable ([String: String]) throws -> Member.Parameters

        init<Classifier: MultiLabelClassifier<Float>>(
            _: Classifier.Type, _ wrap: @escaping @Sendable (Classifier.Parameters) -> Member.Parameters,
            isStandard: Bool = true
        ) {
            name = Classifier.name
            self.isStandard = isStandard
            rows = Classifier.Parameters.table.filter(\.isSetting).map {
                Row(name: $0.name, standard: $0.standard, form: $0.form, meaning: $0.meaning)
            }
            read = { texts in
                var parameters = Classifier.Parameters.standard
                for parameter in Classifier.Parameters.table {
                    guard let text = texts[parameter.name] else { continue }
                    guard parameter.set(text, in: &parameters) else {
                        throw FitError.parameter(
                            name: parameter.name, expected: parameter.form.expected, found: text)
                    }
                }
                return wrap(parameters)
            }
        }

        /// Reads parameters from their texts, by name. Parameters without a text keep their default.
        ///
        /// - Throws: `FitError.parameter` for a text that is not accepted.
        public func parameters(_ texts: [String: String]) throws -> Member.Parameters { try read(texts) }
    }
}
