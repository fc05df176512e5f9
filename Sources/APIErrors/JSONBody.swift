import Foundation

/// The JSON of responses, stored values and log lines.
package enum JSONBody {
    /// Encodes a value with sorted keys, so that equal values give equal bytes.
    package static func data(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}

/// The body of an error response: `{"error": {"code", "message", "request_id"}}`, with `file` if one file is the reason.
package struct ErrorBody: Encodable {
    package struct Content: Encodable {
        let code: ErrorCode
        let message: String
        let requestID: String
        let file: String?

        enum CodingKeys: String, CodingKey {
            case code, message, file
            case requestID = "request_id"
        }

        package init(_ error: APIError, requestID: String) {
            (code, message, self.requestID, file) = (error.code, error.message, requestID, error.file)
        }
    }

    let error: Content

    package init(_ error: APIError, requestID: String) { self.error = Content(error, requestID: requestID) }
}

/// The body of an error response of the Open Inference Protocol: `{"error": "sentence", "code", "request_id"}`, with
/// `file` if one file is the reason.
package struct InferenceErrorBody: Encodable {
    let error: String
    let code: ErrorCode
    let requestID: String
    let file: String?

    enum CodingKeys: String, CodingKey {
        case error, code, file
        case requestID = "request_id"
    }

    package init(_ error: APIError, requestID: String) {
        (self.error, code, self.requestID, file) = (error.message, error.code, requestID, error.file)
    }
}
