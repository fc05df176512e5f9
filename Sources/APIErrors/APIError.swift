import Foundation
import HTTPTypes

/// An error of a request or of one of its files, as the response reports it.
public struct APIError: Error, Equatable, Sendable {
    public let code: ErrorCode
    /// The name of the file with the error; nil for an error of the whole request.
    public let file: String?
    /// For users: what was found, what was expected and what to do.
    public let reason: String
    public var headers: HTTPFields
    /// Whether the connection ends with the response, without reading the rest of the request.
    public var endsConnection: Bool

    /// - Parameter reason: A specific sentence; nil for the sentence of the code.
    public init(
        _ code: ErrorCode, _ reason: String? = nil, file: String? = nil, headers: HTTPFields = [:],
        endsConnection: Bool = false
    ) {
        (self.code, self.file, self.reason) = (code, file, reason ?? code.sentence)
        (self.headers, self.endsConnection) = (headers, endsConnection)
    }

    /// The reason, after the name of the file.
    public var message: String { file.map { "\($0): \(reason)" } ?? reason }
}

extension APIError: LocalizedError, CustomStringConvertible {
    public var description: String { "\(code.rawValue): \(message)" }
    public var errorDescription: String? { message }
}

extension APIError {
    package static func busy(_ reason: String) -> APIError {
        APIError(
            .busy, "The server is busy: \(reason). Please try again in a moment.", headers: [.retryAfter: "1"],
            endsConnection: true)
    }

    package static let shuttingDown = APIError(.shuttingDown, headers: [.retryAfter: "5"], endsConnection: true)
}
