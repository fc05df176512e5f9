import Foundation
import HTTPTypes

/// A request, or one of its pictures, that is not answered, and why.
public struct Refusal: Error, Equatable, Sendable {
    public let code: ErrorCode
    /// For people: what was found, what was expected, what to do.
    public let message: String
    public var headers: HTTPFields = [:]
    /// The rest of the request's body is not worth reading: the connection ends with the answer.
    public var endsConnection = false

    public init(_ code: ErrorCode, _ message: String, headers: HTTPFields = [:], endsConnection: Bool = false) {
        self.code = code
        self.message = message
        self.headers = headers
        self.endsConnection = endsConnection
    }
}

extension Refusal: LocalizedError, CustomStringConvertible {
    public var description: String { "\(code.rawValue): \(message)" }
    public var errorDescription: String? { message }
}

/// `{"error": {"code", "message", "request_id"}}`: the body of every error.
struct ErrorBody: Encodable {
    struct Content: Encodable {
        let code: ErrorCode
        let message: String
        let requestID: String

        enum CodingKeys: String, CodingKey {
            case code, message
            case requestID = "request_id"
        }

        init(_ refusal: Refusal, requestID: String) {
            code = refusal.code
            message = refusal.message
            self.requestID = requestID
        }
    }

    let error: Content

    init(_ refusal: Refusal, requestID: String) { error = Content(refusal, requestID: requestID) }
}
