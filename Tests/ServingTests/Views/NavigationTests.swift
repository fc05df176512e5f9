import Testing

@testable import Accounts
@testable import Serving

/// The navigation over a real port.
@Suite(.serialized) struct NavigationTests {
    private let server: RunningServer

    init() throws { server = try AccountClient.shared.get() }

    private func navigation(_ client: AccountClient, _ path: String) throws -> String {
        let text = try client.get(path, accept: "text/html").text
        let match = try #require(try #/<nav [\s\S]*?<\/nav>/#.firstMatch(in: text))
        return String(match.output)
    }

    @Test func `each page shows whether the caller is logged in, and lets the caller log out`() throws {
        let email = "navigation@example.org"
        let client = AccountClient(server)
        for path in ["/", "/model", "/contact", "/nowhere", "/login"] {
            let shown = try navigation(client, path)
            #expect(shown.contains("href=\"/login\"") && shown.contains("href=\"/register\""), "\(path)")
            #expect(!shown.contains("/history") && !shown.contains("/logout"), "\(path)")
        }
        try client.enter(email)
        for path in ["/", "/model", "/contact", "/nowhere", "/history", "/account", "/results/0123"] {
            let shown = try navigation(client, path)
            #expect(!shown.contains("href=\"/login\"") && shown.contains("action=\"/logout\""), "\(path)")
            #expect(shown.contains("href=\"/history\"") && !shown.contains("href=\"/review\""), "\(path)")
        }
        try client.becomeClinician(email)
        #expect(try navigation(client, "/").contains("href=\"/review\""))
        // The token of a new session is in the page that a new password leads to.
        let changed = try client.form(
            "/password",
            [
                "current_password": AccountClient.password, "new_password": "heron velvet compass",
                "csrf": client.hidden("csrf", on: "/password"),
            ])
        let token = try #require(
            try #/action="\/logout"><input type="hidden" name="csrf" value="([0-9a-f]+)"/#.firstMatch(
                in: changed.text))
        let out = try client.form("/logout", ["csrf": String(token.1)])
        #expect(out.status == 303 && out.headers["location"] == "/")
        #expect(try navigation(client, "/").contains("href=\"/login\""))
    }

    @Test func `after the deletion of an account the page shows a stranger's navigation`() throws {
        let client = try AccountClient(server).enter("leaving@example.org")
        let gone = try client.form(
            "/account/delete",
            ["password": AccountClient.password, "csrf": client.hidden("csrf", on: "/account/delete")])
        #expect(gone.status == 200 && gone.text.contains("href=\"/login\"") && !gone.text.contains("/logout"))
    }
}
