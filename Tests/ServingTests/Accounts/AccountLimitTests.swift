import Foundation
import GRDB
import Testing

/// What happens when too much is tried, or the database cannot be written, over a real port.
struct AccountLimitTests {
    @Test func `who guesses is told to wait, and the trap takes in programs`() throws {
        let server = try AccountClient.server([
            "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ACCOUNT": "3", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "12",
            "HEARTSENSE_CONTACT_PER_ADDRESS": "3", "HEARTSENSE_CONTACT_SECONDS": "0",
            "HEARTSENSE_CONTACT_RECIPIENT": "desk@example.org", "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "true",
        ])
        let client = AccountClient(server)
        // The account exists for one, not for the other: both answers are the same.
        #expect(try client.enter("known@example.org").get("/account").status == 200)
        #expect(client.cookies.keys.sorted() == ["__Host-heartsense-session"])
        for email in ["known@example.org", "unknown@example.org"] {
            let codes = try (0 ..< 4).map {
                try client.json("/login", ["email": email, "password": "guess \($0)"]).code
            }
            #expect(codes == ["wrong_credentials", "wrong_credentials", "wrong_credentials", "too_many_attempts"])
        }
        // The address has tried enough by now, whichever account it is about.
        let statuses = try (0 ..< 3).map {
            try client.json("/login", ["email": "other\($0)@example.org", "password": "guess"])
        }
        #expect(statuses.last?.code == "too_many_attempts")
        #expect(Int(statuses.last?.headers["retry-after"] ?? "") ?? 0 > 0)

        let contact = ["name": "Zoë O’Neill-Łuk", "email": "a@example.org", "message": "First line\nSecond"]
        #expect(try client.json("/contact", contact).status == 202)
        #expect(try client.json("/contact", contact.merging(["website": "http://spam"]) { $1 }).status == 202)
        let page = AccountClient(server)
        let (csrf, opened) = try (page.hidden("csrf", on: "/contact"), page.hidden("opened", on: "/contact"))
        let forged = contact.merging(["csrf": csrf, "opened": "1." + opened]) { $1 }
        #expect(try page.form("/contact", forged).status == 429)
        #expect(try client.json("/contact", contact).code == "too_many_attempts")
        let stored = try AccountClient.database(of: server).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM contact")
        }
        #expect(stored == 1)
        #expect(
            try client.mail(to: "desk@example.org")
                == ["Name: Zoë O’Neill-Łuk\nE-mail: a@example.org\n\nFirst line\nSecond\n"])
    }

    @Test func `a database that is held answers 503, loses nothing and predictions go on`() throws {
        let server = try AccountClient.server()
        let client = try AccountClient(server).enter("held@example.org")
        let database = try AccountClient.database(of: server)
        try database.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let kept = try client.predict(200)
        #expect(kept.code == "storage_unavailable" && kept.headers["retry-after"] == "5")
        #expect(try AccountClient(server).predict(200).status == 200, "whose results nobody keeps is answered")
        #expect(try client.get("/history").status == 200, "reading goes on")
        try database.inDatabase { try $0.execute(sql: "ROLLBACK") }
        #expect(try client.predict(200).status == 200)
        #expect((try client.get("/history").json["results"] as? [Any])?.count == 1)
    }
}
