import APIErrors
import Accounts
import HTTPTypes
import Mail

/// The routes of accounts, or what stands in their place.
enum AccountRouteTable {
    static func add(to routes: inout RouteTable, accounts: AccountService?, page: WebPage, mail: MailSettings?) {
        guard let accounts else {
            for (method, path) in paths {
                routes.add(method, path) { _, _ in throw Refusal(.noAccounts, ErrorCode.noAccounts.meaning) }
            }
            return
        }
        let pages = AccountPages(page: page)
        let answer = PageOrJSON(service: accounts, pages: pages)
        let account = AccountRoutes(service: accounts, answer: answer)
        account.add(to: &routes)
        PasswordResetRoutes(service: accounts, answer: answer, account: account).add(to: &routes)
        AccountDataRoutes(service: accounts, answer: answer, account: account) { messages in
            // Mail that went to a folder is still on this machine.
            try mail?.folder?.remove(messages)
        }.add(to: &routes)
        HistoryRoutes(service: accounts, pages: pages).add(to: &routes)
        ContactRoutes(service: accounts, answer: answer).add(to: &routes)
    }

    /// What a server without a database knows of them.
    static let paths: [(HTTPRequest.Method, String)] = [
        (.get, "/register"), (.post, "/register"), (.get, "/verify"), (.post, "/verify"), (.get, "/login"),
        (.post, "/login"), (.post, "/logout"), (.get, "/password"), (.post, "/password"),
        (.get, "/password/forgotten"), (.post, "/password/forgotten"), (.get, "/password/reset"),
        (.post, "/password/reset"), (.get, "/account"),
        (.delete, "/account"), (.get, "/account/delete"), (.post, "/account/delete"), (.post, "/account/training"),
        (.get, "/account/export"), (.get, "/history"), (.get, "/results/{id}"), (.get, "/contact"), (.post, "/contact"),
    ]
}

/// The routes of reports and feedback, or what stands in their place.
enum ReportRouteTable {
    static func add(
        to routes: inout RouteTable, accounts: AccountService?, mail: MailSettings?, reader: UploadReader,
        explanations: PredictionService, page: WebPage
    ) {
        guard let accounts, let mail else {
            for (method, path) in ReportRoutes.paths + FeedbackRoutes.paths {
                routes.add(method, path) { _, _ in throw Refusal(.noAccounts, ErrorCode.noAccounts.meaning) }
            }
            return
        }
        let pages = AccountPages(page: page)
        let desk = ReportDesk(
            storage: accounts.storage, reportsADay: mail.reportsADay, address: accounts.mail.address,
            tokenSeconds: accounts.configuration.tokenSeconds)
        ReportRoutes(
            service: accounts, pages: pages, answer: PageOrJSON(service: accounts, pages: pages), desk: desk,
            reader: reader, explanations: explanations,
            strangers: AttemptLimit(count: mail.reportsADay, seconds: ReportDesk.daySeconds)
        ).add(to: &routes)
        FeedbackRoutes(
            service: accounts, pages: pages, queue: ReviewQueue(storage: accounts.storage),
            codes: explanations.predictor.model.labelSpace.codes
        ).add(to: &routes)
    }
}
