import Foundation
import Synchronization
import Testing

@testable import APIErrors
@testable import Accounts

struct PasswordHasherTests {
    @Test func `more passwords than may wait are refused at once, and none that waits is forgotten`() async throws {
        let hasher = PasswordHasher(cost: 8, threads: 1, capacity: 4, limit: .seconds(1000))
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0 ..< 40 { group.addTask { (try? await hasher.hash("tractor")) != nil } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 40 && outcomes.contains(true) && outcomes.contains(false))
        hasher.stop()
        await #expect(throws: Refusal.shuttingDown) { try await hasher.hash("tractor") }
    }

    /// As it is on a machine that has no time to spare.
    @Test func `where threads in spare time get nothing done the one in reserve does the work`() async throws {
        let hasher = PasswordHasher(cost: 4, threads: 0, limit: .seconds(1000))
        defer { hasher.stop() }
        let hash = try await hasher.hash("tractor")
        #expect(try await hasher.matches("tractor", hash))
        #expect(try await !hasher.matches("truck", hash))
    }

    @Test func `a password that has waited for too long is refused`() async throws {
        let hasher = PasswordHasher(cost: 4, threads: 0, patience: .seconds(1000), limit: .milliseconds(1))
        defer { hasher.stop() }
        await #expect(throws: Refusal.tooManyPasswords) { try await hasher.hash("tractor") }
    }

    @Test func `what waits when it is stopped is still done`() async throws {
        let hasher = PasswordHasher(cost: 10, threads: 1, limit: .seconds(1000))
        let first = Task { try await hasher.hash("tractor") }
        let others = (0 ..< 5).map { _ in Task { try await hasher.hash("tractor") } }
        _ = try await first.value
        hasher.stop()
        for other in others {
            do { #expect(try await other.value.count == 60) } catch {
                // It has come too late.
                #expect(error as? Refusal == .shuttingDown)
            }
        }
    }

    @Test func `threads in spare time stand behind all others and the one in reserve a little`() async throws {
        for threads in [1, 0] {
            let hasher = PasswordHasher(cost: 4, threads: threads, limit: .seconds(1000))
            defer { hasher.stop() }
            _ = try await hasher.hash("tractor")
            let all = try SystemThread.all()
            if threads > 0 {
                #expect(
                    all.contains {
                        $0.name == "password-0" && $0.nice >= 15 && ($0.policy == 5 || !SystemThread.mayBeIdle)
                    })
            } else {
                #expect(all.contains { $0.name == "password-extra" && $0.nice >= 5 && $0.policy == 0 })
            }
            #expect(all.contains { $0.name == "passwords" && $0.policy == 0 })
        }
    }
}

/// A thread of this process, as the kernel schedules it.
private struct SystemThread {
    let name: String
    let nice: Int
    /// 0 as by default, 5 for `SCHED_IDLE`.
    let policy: Int

    /// Fields 2, 19 and 41 of proc(5)'s stat.
    static func all() throws -> [SystemThread] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { id in
            // It may have ended.
            guard let line = try? String(contentsOfFile: "/proc/self/task/\(id)/stat", encoding: .utf8),
                let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")")
            else { return nil }
            let fields = line[close...].split(separator: " ")
            return SystemThread(
                name: String(line[open ..< close].dropFirst()), nice: try #require(Int(fields[17])),
                policy: try #require(Int(fields[39])))
        }
    }

    /// Whether the system lets threads have it.
    static let mayBeIdle: Bool = {
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            var none = sched_param()
            isAllowed.store(sched_setscheduler(0, 5, &none) == 0, ordering: .relaxed)
            done.signal()
        }
        thread.start()
        done.wait()
        return isAllowed.load(ordering: .relaxed)
    }()

    private static let isAllowed = Atomic<Bool>(false)
}
