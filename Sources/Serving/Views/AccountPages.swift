import APIErrors
import Accounts
import Files
import Foundation
import Hummingbird

/// The pages of accounts.
///
/// After an error, the form keeps what was entered, except for passwords.
struct AccountPages: Sendable {
    let page: WebPage

    /// A redirect to the login page.
    static var toLogin: Response { Response(status: .seeOther, headers: [.location: "/login", .vary: "Accept"]) }

    func response(
        _ form: AccountForm, caller: Caller, linkToken: SecretToken?, error: APIError?, sent: Fields? = nil,
        requestID: String
    ) -> Response {
        let fields = linkToken == nil ? form.fields : form.fields.filter { $0.name != AccountForm.token.name }
        let values = FormPage(
            site: page.site, title: form.title, lead: form.lead,
            error: error.map { PageError(message: $0.message, code: $0.code.rawValue, requestID: requestID) },
            form: FormPage.Form(
                action: form.action, button: form.button, csrf: caller.formToken, linkToken: linkToken?.text,
                opened: form.isGuarded ? OpenedForm.mark(caller) : nil,
                fields: fields.map { FormPage.Field($0, sent: error == nil ? nil : sent) },
                hasLink: fields.contains { $0.name == AccountForm.token.name }), links: form.links)
        var response = page.response(values, template: "form", status: .ok)
        if let error { response.report(error) }
        return response
    }

    /// Formats a time without seconds, in UTC.
    static func time(_ created: String) -> String { created.prefix(16).replacing("T", with: " ") + " UTC" }

    /// Returns the page for an error of a browser's request that no other page shows.
    func response(_ error: APIError, requestID: String) -> Response {
        let title =
            switch error.code {
            case .notFound, .unknownModel, .unknownResult: "Page not found"
            case .notLoggedIn: "Please log in"
            default: error.code.status.kind == .serverError ? "Something went wrong" : "This did not work"
            }
        let login = error.code == .notLoggedIn ? [AccountForm.Link(place: "/login", words: "Log in")] : []
        let values = FormPage(
            site: page.site, title: title, lead: nil,
            error: PageError(message: error.message, code: error.code.rawValue, requestID: requestID), form: nil,
            links: login + [AccountForm.Link(place: "/", words: "Start page")])
        var response = page.response(values, template: "form", status: .ok)
        response.report(error)
        return response
    }

    func response(_ notice: AccountNotice) -> Response {
        page.response(
            FormPage(
                site: page.site, title: notice.title, lead: notice.text, error: nil, form: nil, links: notice.links),
            template: "form", status: .ok)
    }

    func account(_ session: Session, caller: Caller, keepsPictures: Bool) -> Response {
        page.response(
            AccountPage(
                site: page.site, email: session.email, isClinician: session.role == .clinician,
                training: session.training, keepsPictures: keepsPictures, csrf: caller.formToken),
            template: "account", status: .ok)
    }

    func history(_ entries: [ResultStore.Entry], next: ResultStore.Place?, isFirst: Bool) -> Response {
        page.response(
            HistoryPage(
                site: page.site, entries: entries.map(HistoryPage.Entry.init), isEmpty: entries.isEmpty,
                isFirst: isFirst, next: next?.text), template: "history", status: .ok)
    }
}

private struct FormPage {
    struct Field {
        let name: String
        let label: String
        let type: String
        let autocomplete: String
        let hint: String?
        let isLong: Bool
        let limit: Int
        /// The entered text, as HTML: the templates do not escape each character, which an attribute needs.
        let value: String?

        init(_ field: AccountForm.Field, sent: Fields?) {
            (name, label, type, autocomplete) = (field.name, field.label, field.type, field.autocomplete)
            (hint, isLong, limit) = (field.hint, field.isLong, field.limit)
            value = field.type == "password" ? nil : sent?.optional(field.name).map(HTMLText.escape)
        }
    }

    struct Form {
        let action: String
        let button: String
        let csrf: String
        let linkToken: String?
        let opened: String?
        let fields: [Field]
        /// Whether a script fills in the token of a link.
        let hasLink: Bool
    }

    let site: Site
    let title: String
    let lead: String?
    let error: PageError?
    let form: Form?
    let links: [AccountForm.Link]
}

private struct AccountPage {
    let site: Site
    let email: String
    let isClinician: Bool
    let training: Bool
    let keepsPictures: Bool
    let csrf: String
}

private struct HistoryPage {
    struct Entry {
        let id: String
        let file: String
        let summary: String
        let created: String
        let time: String
        /// Whether there is a drawing at `/results/{id}/ecg.svg`.
        let hasECG: Bool

        init(_ entry: ResultStore.Entry) {
            (id, file, created) = (entry.id, entry.file, entry.created)
            hasECG = entry.drawing != nil
            let conditions = entry.uncertain ? [entry.drawing == nil ? "Uncertain" : "uncertain"] : entry.conditions
            summary = ([entry.rhythm].compactMap { $0 } + conditions).joined(separator: ", ")
            time = AccountPages.time(entry.created)
        }
    }

    let site: Site
    let entries: [Entry]
    let isEmpty: Bool
    let isFirst: Bool
    let next: String?
}
