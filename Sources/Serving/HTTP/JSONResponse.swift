import APIErrors
import Foundation
import HTTPTypes
import Hummingbird

extension JSONBody {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try data(value))))
    }
}

extension HTTPField.Name {
    static let xRequestID = Self("X-Request-Id")!
    static let referrerPolicy = Self("Referrer-Policy")!
    static let secFetchSite = Self("Sec-Fetch-Site")!
    static let crossOriginResourcePolicy = Self("Cross-Origin-Resource-Policy")!
}
