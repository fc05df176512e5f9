import Foundation
import GRDB
import TestSupport
import Testing

@testable import Accounts
@testable import Storage

struct OperatorTableTests {
    private let sample: StoredSample

    init() throws {
        sample = try StoredSample()
        try sample.storage.pool.write { database in
            for (id, email, verified) in [(1, "anna@a.org", 1), (2, "ben@a.org", nil as Int?)] {
                try database.execute(
                    sql: "INSERT INTO users (id, email, password, verified, created) VALUES (?, ?, 'hash', ?, 0)",
                    arguments: [id, email, verified])
            }
            for (number, expires) in [(1, 100), (2, 4_000_000_000), (3, 4_000_000_000)] {
                try database.execute(
                    sql: "INSERT INTO sessions (token, user, created, expires) VALUES (?, 1, ?, ?)",
                    arguments: [Data(repeating: UInt8(number), count: 32), number, expires])
            }
            for (id, state, due) in [("m1", "waiting", 4_000_000_000), ("m2", "failed", 0)] {
                try database.execute(
                    sql: """
                        INSERT INTO outbox (id, recipient, subject, text, state, next_attempt, error, created, changed)
                        VALUES (?, 'anna@a.org', 's', 'secret link', ?, ?, 'e', 0, 60)
                        """, arguments: [id, state, due])
            }
            try database.execute(
                sql:
                    "INSERT INTO contact (name, email, message, created) VALUES ('A\u{1b}', 'a@a.org', 'one\ntwo\t.', 0)"
            )
        }
    }

    private func admin(_ arguments: String...) throws -> String {
        let outcome = try Program.run(
            "heartsense-server", ["admin"] + arguments + ["--database", sample.storage.path], in: sample.scratch.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test func `the tables have a column for each value, and no secrets`() throws {
        for table in OperatorTable.allCases {
            let rows = try table.rows(database: sample.storage.path)
            #expect(!rows.isEmpty && rows.allSatisfy { $0.count == table.columns.count }, "\(table)")
            let text = "\(rows)"
            #expect(!text.contains("hash") && !text.contains("secret") && !text.contains("0202020202"))
        }
        #expect(throws: StorageError.missing(path: "none")) { try OperatorTable.mail.rows(database: "none") }
    }

    @Test func `admin prints tables, and JSON with a line per row`() throws {
        #expect(
            try admin("accounts") == """
                id\temail\trole\tconfirmed\ttraining\tcreated\tresults\tsessions
                1\tanna@a.org\tuser\t1\t0\t1970-01-01T00:00:00Z\t0\t2
                2\tben@a.org\tuser\t0\t0\t1970-01-01T00:00:00Z\t0\t0\n
                """)
        #expect(
            try admin("sessions").split(separator: "\n").dropFirst().map { $0.prefix(19) } == [
                "02020202\t1\tanna@a.o", "03030303\t1\tanna@a.o",
            ])
        #expect(
            try admin("mail", "--json").split(separator: "\n").last
                == """
                {"attempts":0,"changed":"1970-01-01T00:01:00Z","created":"1970-01-01T00:00:00Z","error":"e","id":"m2",\
                "next_attempt":null,"recipient":"anna@a.org","state":"failed"}
                """)
        // Characters that change a terminal or the columns are removed.
        #expect(try admin("contact").hasSuffix("1\t\tA\ta@a.org\tone\\ntwo\\t.\t1970-01-01T00:00:00Z\n"))
    }

    @Test func `admin ends sessions and sends mail now`() throws {
        #expect(try admin("sessions", "--end", "Ben@a.org") == "Sessions ended: 0\n")
        #expect(try admin("sessions", "--end", "Anna@a.org") == "Sessions ended: 3\n")
        #expect(try OperatorTable.sessions.rows(database: sample.storage.path).isEmpty)
        #expect(try admin("sessions", "--end-all") == "Sessions ended: 0\n")
        #expect(try admin("mail", "--send-now") == "Messages to send now: 1\n")
        #expect(try admin("mail", "--send-now") == "Messages to send now: 0\n")
    }
}
