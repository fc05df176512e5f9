import APIErrors
import Foundation

/// A request of the Open Inference Protocol, version 2: picture files in base64.
///
/// `{"id": "…", "inputs": [{"name": "pictures", "datatype": "BYTES", "shape": [n], "data": ["<base64>", …]}]}`. Optional
/// `"outputs": [{"name": "scores"}]` selects outputs.
struct InferenceRequest: Decodable, Equatable, Sendable {
    struct Input: Decodable, Equatable, Sendable {
        let name: String
        let datatype: String
        let shape: [Int]
        let data: [String]
    }

    struct Output: Decodable, Equatable, Sendable {
        let name: String
    }

    let id: String?
    let inputs: [Input]
    let outputs: [Output]?

    static let input = "pictures"

    /// - Throws: `APIError` with `malformedJSON`.
    init(decoding data: Data) throws {
        do { self = try JSONDecoder().decode(Self.self, from: data) } catch {
            throw APIError(.malformedJSON, "The body is not a valid inference request: \(Self.sentence(of: error)).")
        }
    }

    /// Returns the pictures, named by their positions.
    ///
    /// - Throws: `APIError` with `malformedInput`, `tooManyFiles`, `fileTooLarge` or `noFiles`.
    func pictures(limits: UploadLimits) throws -> [UploadedPicture] {
        guard inputs.count == 1, inputs[0].name == Self.input else {
            throw APIError(.malformedInput, "The request must have one input with the name '\(Self.input)'.")
        }
        let input = inputs[0]
        guard input.datatype == "BYTES" else {
            throw APIError(
                .malformedInput, "The datatype of '\(Self.input)' must be BYTES: complete PNG or JPEG files in base64.")
        }
        // A column vector is accepted too.
        guard input.shape == [input.data.count] || input.shape == [input.data.count, 1] else {
            throw APIError(
                .malformedInput,
                "The shape of '\(Self.input)' must be [\(input.data.count)], the number of elements in data.")
        }
        guard !input.data.isEmpty else { throw APIError(.noFiles, "'\(Self.input)' contains no picture.") }
        guard input.data.count <= limits.files else {
            throw APIError(
                .tooManyFiles,
                "The limit is \(limits.files) pictures per request. Please send several requests.")
        }
        return try input.data.enumerated().map { index, text in
            guard let bytes = Data(base64Encoded: text) else {
                throw APIError(.malformedInput, "Picture \(index + 1) is not valid base64.")
            }
            guard bytes.count <= limits.fileBytes else {
                throw APIError(
                    .fileTooLarge, "Picture \(index + 1) is larger than \(UploadLimits.words(bytes: limits.fileBytes))."
                )
            }
            return UploadedPicture(name: "picture-\(index + 1)", bytes: bytes)
        }
    }

    /// Describes the position of an error in the JSON, without quoting the request.
    static func sentence(of error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return context.codingPath.isEmpty
                ? "expected an object" : "\(place(context.codingPath)) has the wrong type"
        default: return "it is not valid JSON"
        }
    }
}
