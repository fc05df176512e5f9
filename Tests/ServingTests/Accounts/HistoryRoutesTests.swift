import Foundation
import GRDB
import Imaging
import TestSupport
import Testing

@testable import Accounts
@testable import Serving
@testable import Storage

struct HistoryRoutesTests {
    private let scratch: Scratch
    private let storage: ServerDatabase

    init() throws {
        scratch = try Scratch()
        storage = try ServerDatabase(path: scratch("a.sqlite"))
    }

    private func store() -> ResultStore {
        ResultStore(storage: storage, limits: Page.Limits(), keepsPictures: false)
    }

    @Test func `a history of 10,000 opens in less than 100 ms at every position`() async throws {
        let user = try storage.addUser("a@b.c")
        try storage.fillHistory(of: user, count: 10_000)
        let pages = AccountPages(
            page: try WebPage(
                models: [], limits: ServerConfiguration().limits, retentionHours: nil, uploadSeconds: 1800))
        for place in [nil, ResultStore.Place(created: 1_001_000, number: 3000)] {
            // The least of several times, because other processes only add time.
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
}
