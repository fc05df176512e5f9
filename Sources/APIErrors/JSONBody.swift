import Foundation

/// Encodes answers: sorted keys, so that equal answers are equal bytes.
package enum JSONBody {
    package static func data(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}

/// `{"error": {"code", "message", "request_id"}}`: the body of every error.
package struct ErrorBody: Encodable {
    package struct Content: Encodable {
        let code: ErrorCode
        let message: String
        let requestID: String

        enum CodingKeys: String, CodingKey {
            case code, message
            case requestID = "request_id"
        }

        package init(_ refusal: Refusal, requestID: String) {
            code = refusal.code
            message = refusal.message
            self.requestID = requestID
        }
    }

    let error: Content

    package init(_ refusal: Refusal, requestID: String) { error = Content(refusal, requestID: requestID) }
}
