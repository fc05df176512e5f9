import APIErrors
import Foundation

/// A request of the Open Inference Protocol, version 2: picture files in base64, or as they are after the JSON.
///
/// `{"id": "…", "inputs": [{"name": "pictures", "datatype": "BYTES", "shape": [n], "data": ["<base64>", …]}]}`. Optional
/// `"outputs": [{"name": "scores"}]` selects outputs.
struct InferenceRequest: Decodable, Equatable, Sendable {
    struct Input: Decodable, Equatable, Sendable {
        let name: String
        let datatype: String
        let shape: [Int]
        let data: NestedTexts?
        let parameters: Parameters?
    }

    struct Output: Decodable, Equatable, Sendable {
        let name: String
        let parameters: Parameters?
    }

    /// The parameters of the binary tensor extension. Others are ignored.
    struct Parameters: Decodable, Equatable, Sendable {
        /// The size of an input after the JSON, in bytes.
        let binaryDataSize: Int?
        /// Whether an output is sent after the JSON.
        let binaryData: Bool?
        /// Whether all outputs are sent after the JSON, for those without `binary_data`.
        let binaryDataOutput: Bool?

        enum CodingKeys: String, CodingKey {
            case binaryDataSize = "binary_data_size"
            case binaryData = "binary_data"
            case binaryDataOutput = "binary_data_output"
        }
    }

    /// Texts in row-major order, from lists of any depth.
    struct NestedTexts: Decodable, Equatable, Sendable {
        let texts: [String]

        init(texts: [String]) { self.texts = texts }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                texts = [text]
                return
            }
            var list = try decoder.unkeyedContainer()
            var texts: [String] = []
            while !list.isAtEnd { texts += try list.decode(NestedTexts.self).texts }
            self.texts = texts
        }
    }

    let id: String?
    let inputs: [Input]
    let outputs: [Output]?
    let parameters: Parameters?

    /// The bytes after the JSON.
    private(set) var binary = Data()
    /// Whether the body is one picture without JSON.
    private(set) var isRaw = false

    enum CodingKeys: String, CodingKey { case id, inputs, outputs, parameters }

    static let input = "pictures"

    /// Decodes a body.
    ///
    /// - Parameter headerLength: The value of the header `Inference-Header-Content-Length`: the size of the JSON at the start
    ///   of the body. With 0, the body is one picture. Nil if the whole body is JSON.
    /// - Throws: `APIError` with `malformedJSON` or `malformedInput`.
    init(decoding body: Data, headerLength: String? = nil) throws {
        var json = body
        if let headerLength {
            guard let length = Int(headerLength), (0 ... body.count).contains(length) else {
                throw APIError(
                    .malformedInput,
                    "The header Inference-Header-Content-Length must be the size of the JSON in bytes, at most that of the "
                        + "body (\(body.count)).")
            }
            guard length > 0 else {
                self.init(raw: body)
                return
            }
            json = body.prefix(length)
        }
        do { self = try JSONDecoder().decode(Self.self, from: json) } catch {
            throw APIError(.malformedJSON, "The body is not a valid inference request: \(Self.sentence(of: error)).")
        }
        binary = body.suffix(body.count - json.count)
    }

    private init(raw: Data) {
        id = nil
        inputs = [
            Input(name: Self.input, datatype: "BYTES", shape: [1], data: nil, parameters: nil)
        ]
        outputs = nil
        parameters = nil
        binary = raw
        isRaw = true
    }

    /// Whether an output is sent after the JSON.
    func isBinary(_ output: String) -> Bool {
        let chosen = outputs?.first { $0.name == output }?.parameters?.binaryData
        return chosen ?? parameters?.binaryDataOutput ?? isRaw
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
        let elements = try elements(of: input, limit: limits.files)
        // A column vector is accepted too.
        guard input.shape == [elements.count] || input.shape == [elements.count, 1] else {
            throw APIError(
                .malformedInput,
                "The shape of '\(Self.input)' must be [\(elements.count)], the number of elements in data.")
        }
        guard !elements.isEmpty else { throw APIError(.noFiles, "'\(Self.input)' contains no picture.") }
        return try elements.enumerated().map { index, element in
            guard let bytes = element() else {
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

    /// Returns a function per element that gives its bytes; nil for invalid base64.
    private func elements(of input: Input, limit: Int) throws -> [() -> Data?] {
        let elements: [() -> Data?]
        if isRaw {
            elements = [{ binary }]
        } else if let size = input.parameters?.binaryDataSize {
            guard input.data == nil, size == binary.count else {
                throw APIError(
                    .malformedInput,
                    "'\(Self.input)' must have no data in the JSON, and binary_data_size must be the number of bytes after "
                        + "the JSON, found \(binary.count).")
            }
            elements = try Self.elements(of: binary, limit: limit).map { bytes in { bytes } }
        } else {
            guard let data = input.data, binary.isEmpty else {
                throw APIError(
                    .malformedInput,
                    "'\(Self.input)' must have data, or binary_data_size and its bytes after the JSON. The header "
                        + "Inference-Header-Content-Length must then have the size of the JSON.")
            }
            elements = data.texts.map { text in { Base64Variants.decode(text) } }
        }
        guard elements.count <= limit else {
            throw APIError(
                .tooManyFiles, "The limit is \(limit) pictures per request. Please send several requests.")
        }
        return elements
    }

    /// Splits the bytes of a BYTES tensor. Each element has its size in front, as a little-endian number of 4 bytes.
    private static func elements(of bytes: Data, limit: Int) throws -> [Data] {
        var elements: [Data] = []
        var rest = bytes
        while !rest.isEmpty, elements.count <= limit {
            let size = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 4, rest.count - 4 >= size else {
                throw APIError(
                    .malformedInput,
                    "The bytes after the JSON must have the size of each picture in front of it, in 4 bytes.")
            }
            rest = rest.dropFirst(4)
            elements.append(Data(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return elements
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
