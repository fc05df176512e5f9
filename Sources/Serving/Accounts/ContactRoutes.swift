import APIErrors
import Accounts
import Files
import Foundation
import Hummingbird
import Storage

/// `POST /contact`: stores a message to the operator, and mails it.
struct ContactRoutes: Sendable {
    let service: AccountService
    let negotiation: ContentNegotiation

    /// A field that is invisible for people, and that programs fill in.
    static let trap = "website"
    static let opened = "opened"

    func add(to routes: inout RouteTable) {
        routes.handle("contactPage") { try await negotiation.page(.contact, request: $0, context: $1) }
        routes.handle("contact") { try await send($0, $1) }
    }

    private func send(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(
            to: request, context: context, fields: ["name", "email", "message", Self.trap, Self.opened], form: .contact
        ) { fields, caller in
            let message = try ContactMessage(fields)
            try await service.contactForms.take(service.clientAddress(request, context))
            let thanks = ContentNegotiation.Outcome(
                .notice(AccountNotice(title: "Thank you", text: "We have received your message.")),
                AccountRoutes.Status(status: "received"), status: .accepted)
            // The response to a trapped program is the same, so that it does not adapt.
            if fields.optional(Self.trap) != nil { return thanks }
            if fields.isForm {
                guard
                    let seconds = OpenedForm.seconds(fields.optional(Self.opened) ?? "", caller: caller),
                    seconds >= service.configuration.contact.seconds
                else {
                    throw APIError(
                        .tooManyAttempts, "The form was sent too quickly. Please wait a moment and try again.",
                        headers: [.retryAfter: "\(Int(service.configuration.contact.seconds.rounded(.up)))"])
                }
            }
            try await service.accounts.keep(
                message, of: caller.session?.user, mailedTo: service.configuration.contact.recipient,
                mail: service.mail)
            return thanks
        }
    }
}

extension ContactMessage {
    /// Reads and checks the fields of the contact form.
    ///
    /// - Throws: `APIError` with `invalidField`.
    init(_ fields: Fields) throws {
        let name = try fields.required("name").trimmingCharacters(in: .whitespaces)
        guard (1 ... 100).contains(name.count), name.unicodeScalars.allSatisfy(Self.belongsToNames) else {
            throw APIError(
                .invalidField,
                "The name may have up to 100 letters, digits, spaces, periods, commas, hyphens and apostrophes.")
        }
        let email = try fields.address("email")
        let text = try fields.required("message").replacing("\r\n", with: "\n").trimmingCharacters(
            in: .whitespacesAndNewlines)
        guard (1 ... 5000).contains(text.count) else {
            throw APIError(.invalidField, "The message may have up to 5000 characters. It has \(text.count).")
        }
        guard PlainText.isLine(text.replacing(/[\n\t]/, with: " ")) else {
            throw APIError(.invalidField, "The message must be plain text, without HTML and control characters.")
        }
        self.init(name: name, email: email, text: text)
    }

    private static func belongsToNames(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber:
            true
        default: " .,-'’".unicodeScalars.contains(scalar)
        }
    }
}

/// A signed time at which a form was opened.
enum OpenedForm {
    static func mark(_ caller: Caller, now: Date = Date()) -> String {
        let seconds = "\(now.wholeSeconds)"
        return "\(seconds).\(signature(seconds, caller))"
    }

    /// Returns the seconds since then; nil if the mark is invalid or belongs to another caller.
    static func seconds(_ mark: String, caller: Caller, now: Date = Date()) -> Double? {
        let parts = mark.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let seconds = Int64(parts[0]), SameText.compare(parts[1], signature(parts[0], caller))
        else { return nil }
        return now.timeIntervalSince(Date(wholeSeconds: seconds))
    }

    private static func signature(_ seconds: String, _ caller: Caller) -> String {
        Digest(of: "opened \(seconds) \(caller.secret.text)").description
    }
}
