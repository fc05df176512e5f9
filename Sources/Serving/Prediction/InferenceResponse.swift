import APIErrors
import Inference

/// The answer of the Open Inference Protocol: one tensor for each output that was asked for.
struct InferenceResponse: Encodable, Sendable {
    struct Tensor: Encodable, Sendable {
        let name: String
        let datatype: String
        let shape: [Int]
        let data: Values
    }

    /// Row-major.
    enum Values: Encodable, Sendable {
        case numbers([Double])
        case truths([Bool])
        case texts([String])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .numbers(let values): try container.encode(values)
            case .truths(let values): try container.encode(values)
            case .texts(let values): try container.encode(values)
            }
        }
    }

    let modelName: String
    let modelVersion: String
    let id: String
    let outputs: [Tensor]

    enum CodingKeys: String, CodingKey {
        case modelName = "model_name"
        case modelVersion = "model_version"
        case id, outputs
    }

    /// Every output, in order: n pictures, L labels.
    static let outputs: [(name: String, datatype: String, perLabel: Bool)] = [
        ("scores", "FP64", true), ("decided", "BOOL", true), ("uncertain", "BOOL", false),
        ("result_id", "BYTES", false),
    ]

    /// - Parameters:
    ///   - wanted: names of outputs; nil for all.
    ///   - id: what the client calls the request, or the request's id.
    /// - Throws: `Refusal` with `malformedInput` for an output that there is not.
    init(_ predictions: [Prediction], wanted: [String]?, model: Prediction.Model, labels: Int, id: String) throws {
        let known = Self.outputs.map(\.name)
        if let wanted, !wanted.allSatisfy(known.contains) {
            throw Refusal(.malformedInput, "There are the outputs \(known.joined(separator: ", ")), no other.")
        }
        modelName = model.name
        modelVersion = model.sha256
        self.id = id
        let count = predictions.count
        outputs = Self.outputs.filter { wanted?.contains($0.name) ?? true }.map { output in
            let data: Values =
                switch output.name {
                case "scores": .numbers(predictions.flatMap { $0.labels.map(\.score) })
                case "decided": .truths(predictions.flatMap { $0.labels.map(\.decided) })
                case "uncertain": .truths(predictions.map(\.uncertain))
                default: .texts(predictions.map(\.id))
                }
            return Tensor(
                name: output.name, datatype: output.datatype, shape: output.perLabel ? [count, labels] : [count],
                data: data)
        }
    }
}
