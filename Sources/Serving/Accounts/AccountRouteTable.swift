import APIErrors
import Accounts
import HTTPTypes
import Mail

/// The routes of accounts, or their replacements.
enum AccountRouteTable {
    static func add(to routes: inout RouteTable, accounts: AccountService?, page: WebPage, mail: MailSettings?) {
        guard let accounts else {
            for (method, path) in paths {
                routes.add(method, path) { _, _ in throw APIError(.noAccounts) }
            }
            return
        }
        let pages = AccountPages(page: page)
        let negotiation = ContentNegotiation(service: accounts, pages: pages)
        let account = AccountRoutes(service: accounts, negotiation: negotiation)
        account.add(to: &routes)
        PasswordResetRoutes(service: accounts, negotiation: negotiation, account: account).add(to: &routes)
        AccountDataRoutes(service: accounts, negotiation: negotiation, account: account) { messages in
            // Messages in a folder are still on this machine.
            try mail?.folder?.remove(messages)
        }.add(to: &routes)
        HistoryRoutes(service: accounts, pages: pages).add(to: &routes)
        ContactRoutes(service: accounts, negotiation: negotiation).add(to: &routes)
    }

    /// The routes that a server without a database rejects.
    static let paths: [(HTTPRequest.Method, String)] = [
        (.get, "/register"), (.post, "/register"), (.get, "/verify"), (.post, "/verify"), (.get, "/login"),
        (.post, "/login"), (.post, "/logout"), (.get, "/password"), (.post, "/password"),
        (.get, "/password/forgotten"), (.post, "/password/forgotten"), (.get, "/password/reset"),
        (.post, "/password/reset"), (.get, "/account"),
        (.delete, "/account"), (.get, "/account/delete"), (.post, "/account/delete"), (.post, "/account/training"),
        (.get, "/account/export"), (.get, "/history"), (.get, "/results/{id}"), (.get, "/contact"), (.post, "/contact"),
    ]
}

/// The routes of reports and feedback, or their replacements.
enum ReportRouteTable {
    static func add(
        to routes: inout RouteTable, accounts: AccountService?, mail: MailSettings?, reader: UploadReader,
        explanations: PredictionService, page: WebPage
    ) {
        guard let accounts, let mail else {
            for (method, path) in ReportRoutes.paths + FeedbackRoutes.paths {
                routes.add(method, path) { _, _ in throw APIError(.noAccounts) }
            }
            return
        }
        let pages = AccountPages(page: page)
        let reports = ReportService(
            storage: accounts.storage, reportsADay: mail.reportsADay, address: accounts.mail.address,
            tokenSeconds: accounts.configuration.tokenSeconds)
        ReportRoutes(
            service: accounts, pages: pages, negotiation: ContentNegotiation(service: accounts, pages: pages),
            reports: reports,
            reader: reader, explanations: explanations,
            strangers: AttemptLimit(count: mail.reportsADay, seconds: ReportService.daySeconds)
        ).add(to: &routes)
        FeedbackRoutes(
            service: accounts, pages: pages, queue: ReviewQueue(storage: accounts.storage),
            codes: explanations.predictor.model.labelSpace.codes
        ).add(to: &routes)
    }
}
