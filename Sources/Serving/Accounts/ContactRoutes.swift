import APIErrors
import Accounts
import Files
import Foundation
import Hummingbird
import Storage

/// `POST /contact`: a message to who runs the server, stored and mailed.
struct ContactRoutes: Sendable {
    let service: AccountService
    let answer: PageOrJSON

    /// People do not see it; programs fill in what they see.
    static let trap = "website"
    static let opened = "opened"

    func add(to routes: inout RouteTable) {
        routes.add(.get, "/contact") { try await answer.page(.contact, request: $0, context: $1) }
        routes.add(.post, "/contact") { try await send($0, $1) }
    }

    private func send(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(
            to: request, context: context, fields: ["name", "email", "message", Self.trap, Self.opened], form: .contact
        ) { fields, caller in
            let message = try ContactMessage(fields)
            try service.contactForms.take(service.clientAddress(request, context))
            let thanks = PageOrJSON.Outcome(
                .notice(AccountNotice(title: "Thank you", text: "Your message has arrived.")),
                AccountRoutes.Status(status: "received"), status: .accepted)
            // Who falls into the trap is told what everybody is: a program that hears no learns.
            if fields.optional(Self.trap) != nil { return thanks }
            if fields.isForm {
                guard
                    let seconds = OpenedForm.seconds(fields.optional(Self.opened) ?? "", caller: caller),
                    seconds >= service.configuration.contact.seconds
                else {
                    throw Refusal(
                        .tooManyAttempts, "That was quicker than people write. Wait a moment and send it again.",
                        headers: [.retryAfter: "\(Int(service.configuration.contact.seconds.rounded(.up)))"])
                }
            }
            try await service.accounts.keep(
                message, of: caller.session?.user, mailedTo: service.configuration.contact.recipient)
            return thanks
        }
    }
}

extension ContactMessage {
    /// What the contact form holds, checked.
    ///
    /// - Throws: `Refusal` with `invalidField`.
    init(_ fields: Fields) throws {
        let name = try fields.required("name").trimmingCharacters(in: .whitespaces)
        guard (1 ... 100).contains(name.count), name.unicodeScalars.allSatisfy(Self.belongsToNames) else {
            throw Refusal(
                .invalidField,
                "The field name has up to 100 letters, digits, spaces, points, commas, hyphens and apostrophes.")
        }
        let email = try fields.address("email")
        let text = try fields.required("message").replacing("\r\n", with: "\n").trimmingCharacters(
            in: .whitespacesAndNewlines)
        guard (1 ... 5000).contains(text.count) else {
            throw Refusal(.invalidField, "The field message has up to 5000 characters, found \(text.count).")
        }
        guard PlainText.isLine(text.replacing(/[\n\t]/, with: " ")) else {
            throw Refusal(.invalidField, "The field message is plain text, without HTML and control characters.")
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

/// When a form was loaded, told by the form itself in a way that only its page can.
enum OpenedForm {
    static func mark(_ caller: Caller, now: Date = Date()) -> String {
        let seconds = "\(now.wholeSeconds)"
        return "\(seconds).\(signature(seconds, caller))"
    }

    /// Since then; nil for what is no mark of this caller's.
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
