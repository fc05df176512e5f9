import APIErrors
import Accounts
import Files
import Foundation
import Hummingbird

/// Who makes a request, as far as its cookies tell.
struct Caller: Sendable {
    /// Nil for who is not logged in.
    let session: Session?
    /// What no other site can know: the session's token or, before log-in, a visitor's.
    let secret: SecretToken
    /// Whether the secret has just been made, and a cookie must take it there.
    let isNew: Bool

    /// Stands in every form; what a form sends without it comes from elsewhere.
    var formToken: String { Digest(of: "form \(secret.text)").description }

    /// - Throws: `Refusal` with `notLoggedIn`.
    func account() throws -> Session {
        guard let session else { throw Refusal(.notLoggedIn, ErrorCode.notLoggedIn.meaning) }
        return session
    }
}

/// The two cookies. Scripts do not see them, other sites' forms do not send them, and over TLS no other host of the
/// domain can set them.
struct AccountCookies: Sendable {
    let isSecure: Bool

    private var prefix: String { isSecure ? "__Host-" : "" }
    var session: String { prefix + "heartsense-session" }
    var visitor: String { prefix + "heartsense-visitor" }

    func token(_ name: String, of request: Request) -> SecretToken? { SecretToken(request.cookies[name]?.value) }

    func set(_ name: String, _ value: SecretToken?, seconds: Double?, in response: inout Response) {
        var text = "\(name)=\(value?.text ?? ""); Path=/; HttpOnly; SameSite=Lax"
        if isSecure { text += "; Secure" }
        if value == nil { text += "; Max-Age=0" } else if let seconds { text += "; Max-Age=\(Int(seconds))" }
        response.headers[values: .setCookie].append(text)
    }
}

/// Refuses what another site makes a browser send.
enum RequestOrigin {
    /// Programs send neither header; a browser tells where a request comes from.
    ///
    /// - Throws: `Refusal` with `forgedRequest`.
    static func check(_ request: Request) throws {
        guard isOwn(request) else {
            throw Refusal(.forgedRequest, "The request comes from another site's page. Use this site's own.")
        }
    }

    static func isOwn(_ request: Request) -> Bool {
        if let site = request.headers[.secFetchSite] { return site == "same-origin" || site == "none" }
        guard let origin = request.headers[.origin] else { return true }
        guard let authority = request.head.authority, let mark = origin.range(of: "://") else { return false }
        return origin[mark.upperBound...].lowercased() == authority.lowercased()
    }
}
