import APIErrors
import Inference

/// A response of the Open Inference Protocol, with one tensor per requested output.
struct InferenceResponse: Encodable, Sendable {
    struct Tensor: Encodable, Sendable {
        let name: String
        let datatype: String
        let shape: [Int]
        let data: Values
    }

    /// The values of a tensor in row-major order.
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

    /// The outputs in order, for n pictures and L labels.
    static let outputs: [(name: String, datatype: String, perLabel: Bool)] = [
        ("scores", "FP64", true), ("decided", "BOOL", true), ("uncertain", "BOOL", false),
        ("result_id", "BYTES", false),
    ]

    /// - Parameters:
    ///   - wanted: The names of the requested outputs; nil for all.
    ///   - id: The id of the request.
    /// - Throws: `APIError` with `malformedInput` for an unknown output.
    init(_ predictions: [Prediction], wanted: [String]?, model: Prediction.Model, labels: Int, id: String) throws {
        let known = Self.outputs.map(\.name)
        if let wanted, !wanted.allSatisfy(known.contains) {
            throw APIError(.malformedInput, "Unknown output. Known outputs: \(known.joined(separator: ", ")).")
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
