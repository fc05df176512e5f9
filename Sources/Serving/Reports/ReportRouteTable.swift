import APIErrors
import Accounts
import HTTPTypes
import Mail

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
