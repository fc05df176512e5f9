import Foundation
import Testing

@testable import Accounts

struct PasswordWorkTests {
    @Test func `a wrong password takes the same work for every hash and without one`() async throws {
        let hasher = PasswordHasher(cost: 10, threads: 1)
        defer { hasher.stop() }
        let former = PasswordHasher(cost: 8, threads: 1)
        defer { former.stop() }
        let (old, new) = (try await former.hash("right one"), try await hasher.hash("right one"))
        // bcrypt of the password itself, as earlier versions stored it.
        let earlier = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        #expect(try await hasher.matches("U*U", earlier))
        #expect(try await !hasher.matches(String(repeating: "x", count: 73), earlier))
        for hash in [old, new] {
            #expect(try await hasher.matches("right one", hash))
            #expect(try await !hasher.matches("wrong one", hash))
        }
        #expect(try await !hasher.matches("wrong one", nil))
        // The time of this thread, and the least of several, because other threads slow down the caches.
        var least = [Double](repeating: .infinity, count: 4)
        for _ in 0 ..< 5 {
            for (index, hash) in [nil, old, new, earlier].enumerated() {
                let start = threadSeconds()
                let work = PasswordWork(comparing: "wrong one", with: hash, cost: 10)
                #expect(!BcryptMemory.outcome(of: work).isMatch)
                least[index] = min(least[index], threadSeconds() - start)
            }
        }
        // Without the extra work for the old hash it would be a quarter.
        #expect(least.max() ?? 0 < 1.5 * (least.min() ?? 0), "\(least)")
    }

    private func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
