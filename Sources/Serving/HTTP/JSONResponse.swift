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

extension Response {
    /// Sets the status and headers for an error.
    mutating func report(_ error: APIError) {
        status = error.code.status
        for field in error.headers { headers[field.name] = field.value }
        if error.endsConnection { headers[.connection] = "close" }
    }
}

extension HTTPField.Name {
    static let xRequestID = Self("X-Request-Id")!
    static let inferenceHeaderContentLength = Self("Inference-Header-Content-Length")!
    static let referrerPolicy = Self("Referrer-Policy")!
    static let secFetchSite = Self("Sec-Fetch-Site")!
    static let crossOriginResourcePolicy = Self("Cross-Origin-Resource-Policy")!
    static let clearSiteData = Self("Clear-Site-Data")!
}
