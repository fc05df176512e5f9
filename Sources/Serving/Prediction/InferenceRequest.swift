import APIErrors
import Foundation

/// A request of the Open Inference Protocol, version 2: pictures as files, in base64.
///
/// `{"id": "…", "inputs": [{"name": "pictures", "datatype": "BYTES", "shape": [n], "data": ["<base64>", …]}]}`,
/// optionally with `"outputs": [{"name": "scores"}]` for some of the outputs only.
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

    /// - Throws: `Refusal` with `malformedJSON`.
    init(decoding data: Data) throws {
        do { self = try JSONDecoder().decode(Self.self, from: data) } catch {
            throw Refusal(.malformedJSON, "The body is no inference request: \(Self.sentence(of: error)).")
        }
    }

    /// The pictures, named by their place.
    ///
    /// - Throws: `Refusal` with `malformedInput`, `tooManyFiles`, `fileTooLarge` or `noFiles`.
    func pictures(limits: UploadLimits) throws -> [UploadedPicture] {
        guard inputs.count == 1, inputs[0].name == Self.input else {
            throw Refusal(.malformedInput, "One input is read, by the name \(Self.input).")
        }
        let input = inputs[0]
        guard input.datatype == "BYTES" else {
            throw Refusal(.malformedInput, "The datatype of \(Self.input) must be BYTES: whole PNG or JPEG files.")
        }
        // A column is as good as a list.
        guard input.shape == [input.data.count] || input.shape == [input.data.count, 1] else {
            throw Refusal(
                .malformedInput, "The shape of \(Self.input) must be [\(input.data.count)], the number of its data.")
        }
        guard !input.data.isEmpty else { throw Refusal(.noFiles, "\(Self.input) holds no picture.") }
        guard input.data.count <= limits.files else {
            throw Refusal(.tooManyFiles, "More than \(limits.files) pictures were sent. Send several requests.")
        }
        return try input.data.enumerated().map { index, text in
            guard let bytes = Data(base64Encoded: text) else {
                throw Refusal(.malformedInput, "Picture \(index + 1) is no base64.")
            }
            guard bytes.count <= limits.fileBytes else {
                throw Refusal(.fileTooLarge, "Picture \(index + 1) has more than \(limits.fileBytes) bytes.")
            }
            return UploadedPicture(name: "picture-\(index + 1)", bytes: bytes)
        }
    }

    /// Where the JSON is not what was expected, without quoting what was sent.
    private static func sentence(of error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return context.codingPath.isEmpty
                ? "an object was expected" : "\(place(context.codingPath)) has another type than expected"
        default: return "it is no JSON"
        }
    }
}
