import APIErrors
import Accounts
import Files
import Foundation
import Hummingbird

/// The sender of a request, identified by cookies.
struct Caller: Sendable {
    /// The session; nil if the caller is not logged in.
    let session: Session?
    /// A secret of the browser: the session's token or, before a login, a visitor's token.
    let secret: SecretToken
    /// Whether the secret is new and must be sent as a cookie.
    let isNew: Bool

    /// The token in every form. A form without it comes from another site.
    var formToken: String { Digest(of: "form \(secret.text)").description }

    /// - Throws: `APIError` with `notLoggedIn`.
    func account() throws -> Session {
        guard let session else { throw APIError(.notLoggedIn) }
        return session
    }
}

/// The cookies. Scripts cannot read them, forms of other sites do not send them, and over TLS no other host of the
/// domain can set them.
struct AccountCookies: Sendable {
    let isSecure: Bool

    private var prefix: String { isSecure ? "__Host-" : "" }
    var session: String { prefix + "heartsense-session" }
    var visitor: String { prefix + "heartsense-visitor" }
    /// Recognizes a browser that has logged in before. It gives no access.
    var device: String { prefix + "heartsense-device" }

    func token(_ name: String, of request: Request) -> SecretToken? { SecretToken(request.cookies[name]?.value) }

    /// Sets a cookie, or deletes it if the value is nil. The attributes have a fixed order, unlike in Hummingbird's `Cookie`.
    func set(_ name: String, _ value: SecretToken?, seconds: Double?, in response: inout Response) {
        var text = "\(name)=\(value?.text ?? ""); Path=/; HttpOnly; SameSite=Lax"
        if isSecure { text += "; Secure" }
        if value == nil { text += "; Max-Age=0" } else if let seconds { text += "; Max-Age=\(Int(seconds))" }
        response.headers[values: .setCookie].append(text)
    }
}

/// Rejects requests that another site makes a browser send.
enum RequestOrigin {
    /// Browsers send the origin of a request. Programs send neither header.
    ///
    /// - Throws: `APIError` with `forgedRequest`.
    static func check(_ request: Request) throws {
        guard isOwn(request) else {
            throw APIError(.forgedRequest, "This request comes from another site. Please use the pages of this site.")
        }
    }

    static func isOwn(_ request: Request) -> Bool {
        if let site = request.headers[.secFetchSite] { return site == "same-origin" || site == "none" }
        guard let origin = request.headers[.origin] else { return true }
        guard let authority = request.head.authority, let mark = origin.range(of: "://") else { return false }
        return origin[mark.upperBound...].lowercased() == authority.lowercased()
    }
}
