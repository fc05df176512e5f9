import APIErrors
import Foundation
import Hummingbird
import Inference

/// A response of the Open Inference Protocol, with one tensor per requested output.
struct InferenceResponse: Encodable, Sendable {
    struct Tensor: Encodable, Sendable {
        let name: String
        let datatype: String
        let shape: [Int]
        /// Nil if the values are sent after the JSON.
        let data: Values?
        let parameters: Parameters?
    }

    struct Parameters: Encodable, Sendable {
        /// The size of the values after the JSON, in bytes.
        let binaryDataSize: Int

        enum CodingKeys: String, CodingKey { case binaryDataSize = "binary_data_size" }
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

        /// The values by the binary tensor extension: little-endian, and texts with their size in front.
        var bytes: Data {
            func little<Number: FixedWidthInteger>(_ number: Number) -> Data {
                withUnsafeBytes(of: number.littleEndian) { Data($0) }
            }
            return switch self {
            case .numbers(let values): values.reduce(into: Data()) { $0 += little($1.bitPattern) }
            case .truths(let values): Data(values.map { $0 ? 1 : 0 })
            case .texts(let values): values.reduce(into: Data()) { $0 += little(UInt32($1.utf8.count)) + Data($1.utf8) }
            }
        }
    }

    let modelName: String
    let modelVersion: String
    let id: String
    let outputs: [Tensor]
    /// The values of the binary outputs, in order.
    private let binary: Data

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

    /// - Parameter id: The id of a request that has none.
    /// - Throws: `APIError` with `malformedInput` for an unknown output.
    init(
        _ predictions: [Prediction], request: InferenceRequest, model: Prediction.Model, labels: Int, id: String
    ) throws {
        let known = Self.outputs.map(\.name)
        // An empty list of outputs means all.
        let wanted = request.outputs.flatMap { $0.isEmpty ? nil : $0.map(\.name) }
        if let wanted, !wanted.allSatisfy(known.contains) {
            throw APIError(.malformedInput, "Unknown output. Known outputs: \(known.joined(separator: ", ")).")
        }
        modelName = model.name
        modelVersion = model.sha256
        self.id = request.id ?? id
        let count = predictions.count
        var binary = Data()
        outputs = Self.outputs.filter { wanted?.contains($0.name) ?? true }.map { output in
            let values: Values =
                switch output.name {
                case "scores": .numbers(predictions.flatMap { $0.labels.map(\.score) })
                case "decided": .truths(predictions.flatMap { $0.labels.map(\.decided) })
                case "uncertain": .truths(predictions.map(\.uncertain))
                default: .texts(predictions.map(\.id))
                }
            let bytes = request.isBinary(output.name) ? values.bytes : nil
            if let bytes { binary += bytes }
            return Tensor(
                name: output.name, datatype: output.datatype, shape: output.perLabel ? [count, labels] : [count],
                data: bytes == nil ? values : nil,
                parameters: bytes.map { Parameters(binaryDataSize: $0.count) })
        }
        self.binary = binary
    }

    func response() throws -> Response {
        guard !binary.isEmpty else { return try JSONBody.response(self) }
        let json = try JSONBody.data(self)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream", .inferenceHeaderContentLength: "\(json.count)",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json + binary)))
    }
}
