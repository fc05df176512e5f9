import Foundation
import GRDB
import Logging
import Samples
import Scratch
import Testing

@testable import Records
@testable import Serving

struct ResultStoreTests {
    private let scratch: Scratch
    private let storage: Storage

    init() throws {
        scratch = try Scratch()
        storage = try Storage(path: scratch("a.sqlite"))
    }

    private func user(_ email: String, created: Int64 = 0, verified: Int64? = 0) async throws -> Int64 {
        try await storage.write { database in
            try database.execute(
                sql: "INSERT INTO users (email, created, verified) VALUES (?, ?, ?)",
                arguments: [email, created, verified])
            return database.lastInsertedRowID
        }
    }

    /// Several of a second: the time alone does not tell them apart.
    private func fill(_ user: Int64, count: Int) async throws {
        let answer = try SampleAnswers.prediction().jsonLine()
        try await storage.write { database in
            for number in 0 ..< count {
                try database.execute(
                    sql: """
                        INSERT INTO results (id, user, file, decision, uncertain, answer, model, preprocessing, label_space,
                            input, created) VALUES (?, ?, ?, 'V', 0, ?, 'm', 'p', 'l', 'i', ?)
                        """,
                    arguments: ["id-\(number)", user, "file-\(number).png", answer, 1_000_000 + number / 3])
            }
        }
    }

    private func store() throws -> ResultStore {
        ResultStore(
            storage: storage, limits: try ServerConfiguration().limits.page, keepsPictures: false)
    }

    @Test func `a history's pages hold every result once, the newest first`() async throws {
        let (one, other) = (try await user("a@b.c"), try await user("d@e.f"))
        try await fill(one, count: 250)
        try await fill(other, count: 10)
        var files: [String] = []
        var place: ResultStore.Place?
        repeat {
            let page = try await store().history(of: one, after: place, count: 40)
            files += page.entries.map(\.file)
            place = page.next.flatMap { ResultStore.Place($0.text) }
        } while place != nil
        #expect(files == (0 ..< 250).reversed().map { "file-\($0).png" })
    }

    @Test func `a history of 10,000 opens in less than 100 ms at every place`() async throws {
        let user = try await user("a@b.c")
        try await fill(user, count: 10_000)
        let pages = AccountPages(
            page: try WebPage(model: "m", digest: "", limits: ServerConfiguration().limits, retentionHours: nil))
        for place in [nil, ResultStore.Place(created: 1_001_000, number: 3000)] {
            // The least of several: what else the machine does adds time and takes none away.
            var least = Double.infinity
            for _ in 0 ..< 50 where least >= 0.1 {
                let start = ContinuousClock.now
                let (entries, next) = try await store().history(of: user, after: place, count: 50)
                _ = pages.history(entries, next: next, isFirst: true)
                #expect(entries.count == 50)
                least = min(least, (ContinuousClock.now - start) / .seconds(1))
            }
            #expect(least < 0.1)
        }
        let plan = try await storage.read {
            try Row.fetchAll(
                $0,
                sql: """
                    EXPLAIN QUERY PLAN SELECT id FROM results WHERE user = 1 AND (created, number) < (5, 5)
                    ORDER BY created DESC, number DESC LIMIT 50
                    """
            ).map { $0["detail"] as String }
        }
        #expect(plan.count == 1 && plan[0].contains("results_history (user=? AND "), "\(plan)")
    }

    @Test func `places that no page gave are refused`() {
        for text in ["", "-", "1", "1-", "-1", "1-2-3", "a-b", "1-٣", String(repeating: "9", count: 19) + "-1", "+1-1"]
        {
            #expect(ResultStore.Place(text) == nil || ResultStore.Place(text)?.text == text, "\(text)")
        }
        #expect(ResultStore.Place("12-34") == ResultStore.Place(created: 12, number: 34))
    }

    @Test func `what has expired is swept away, and nothing else`() async throws {
        let now = Date(timeIntervalSince1970: 2_000_000)
        let (kept, unverified) = (try await user("a@b.c"), try await user("d@e.f", verified: nil))
        let waiting = try await user("g@h.i", verified: nil)
        try await fill(kept, count: 3000)
        try await storage.write { database in
            try database.execute(sql: "INSERT INTO images SELECT number, x'01', created FROM results")
            for (token, user, expires) in [
                ("01", kept, 1_999_999), ("02", unverified, 1_999_999), ("03", waiting, 2_000_001),
            ] {
                try database.execute(
                    sql: "INSERT INTO tokens VALUES (x'\(token)', 'verify', ?, 'p', 0, ?)", arguments: [user, expires])
                try database.execute(
                    sql: "INSERT INTO sessions VALUES (x'\(token)', ?, 0, ?)", arguments: [user, expires])
            }
            try database.execute(sql: "UPDATE results SET created = 1999000 WHERE number > 2500")
            try database.execute(sql: "UPDATE images SET created = 1999990 WHERE result > 2900")
        }
        let sweeper = RetentionSweeper(
            storage: storage, resultSeconds: 5000, pictureSeconds: 100, mail: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await sweeper.sweep(now: now)
        let counts = try await storage.read { database in
            try ["results", "images", "sessions", "tokens", "users"].map {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? -1
            }
        }
        #expect(counts == [500, 100, 1, 1, 2])
        let users = try await storage.read { try String.fetchAll($0, sql: "SELECT email FROM users ORDER BY id") }
        #expect(users == ["a@b.c", "g@h.i"])
    }
}
