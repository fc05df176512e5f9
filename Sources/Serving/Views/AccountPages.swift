import APIErrors
import Accounts
import Foundation
import Hummingbird

/// The pages of accounts.
///
/// User input never appears in an attribute (see `WebPage`). After an error the form is empty.
struct AccountPages: Sendable {
    let page: WebPage

    /// A redirect to the login page.
    static var toLogin: Response { Response(status: .seeOther, headers: [.location: "/login", .vary: "Accept"]) }

    func response(
        _ form: AccountForm, caller: Caller, linkToken: SecretToken?, error: APIError?, requestID: String
    ) -> Response {
        let fields = linkToken == nil ? form.fields : form.fields.filter { $0.name != AccountForm.token.name }
        let values = FormPage(
            site: page.site, title: form.title, lead: form.lead,
            error: error.map { PageError(message: $0.message, code: $0.code.rawValue, requestID: requestID) },
            form: FormPage.Form(
                action: form.action, button: form.button, csrf: caller.formToken, linkToken: linkToken?.text,
                opened: form.isGuarded ? OpenedForm.mark(caller) : nil, fields: fields,
                hasLink: fields.contains { $0.name == AccountForm.token.name }), links: form.links)
        var response = page.response(values, template: "form", status: .ok)
        if let error { response.report(error) }
        return response
    }

    /// Formats a time without seconds, in UTC.
    static func time(_ created: String) -> String { created.prefix(16).replacing("T", with: " ") + " UTC" }

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
    struct Form {
        let action: String
        let button: String
        let csrf: String
        let linkToken: String?
        let opened: String?
        let fields: [AccountForm.Field]
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
