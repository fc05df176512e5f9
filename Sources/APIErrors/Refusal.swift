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

extension Refusal {
    package static func busy(_ reason: String) -> Refusal {
        Refusal(
            .busy, "The server is busy: \(reason). Ask again in a moment.", headers: [.retryAfter: "1"],
            endsConnection: true)
    }

    package static let shuttingDown = Refusal(
        .shuttingDown, ErrorCode.shuttingDown.meaning, headers: [.retryAfter: "5"], endsConnection: true)
}
