import Foundation
import Synchronization
import Testing

@testable import APIErrors
@testable import Accounts

struct PasswordHasherTests {
    @Test func `passwords beyond the capacity are rejected, and all waiting ones are hashed`() async throws {
        let hasher = PasswordHasher(cost: 8, threads: 1, capacity: 4, limit: .seconds(1000))
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0 ..< 40 { group.addTask { (try? await hasher.hash("tractor")) != nil } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 40 && outcomes.contains(true) && outcomes.contains(false))
        hasher.stop()
        await #expect(throws: APIError.shuttingDown) { try await hasher.hash("tractor") }
    }

    /// Simulates a machine without free processor time.
    @Test func `without low-priority threads the reserve thread does the work`() async throws {
        let hasher = PasswordHasher(cost: 4, threads: 0, limit: .seconds(1000))
        defer { hasher.stop() }
        let hash = try await hasher.hash("tractor")
        #expect(try await hasher.matches("tractor", hash))
        #expect(try await !hasher.matches("truck", hash))
    }

    @Test func `a password that waits too long is rejected`() async throws {
        let hasher = PasswordHasher(cost: 4, threads: 0, patience: .seconds(1000), limit: .milliseconds(1))
        defer { hasher.stop() }
        await #expect(throws: APIError.tooManyPasswords) { try await hasher.hash("tractor") }
    }

    @Test func `passwords that wait when the hasher stops are hashed`() async throws {
        let hasher = PasswordHasher(cost: 10, threads: 1, limit: .seconds(1000))
        let first = Task { try await hasher.hash("tractor") }
        let others = (0 ..< 5).map { _ in Task { try await hasher.hash("tractor") } }
        _ = try await first.value
        hasher.stop()
        for other in others {
            do { #expect(try await other.value.count == 63) } catch {
                // It came after the stop.
                #expect(error as? APIError == .shuttingDown)
            }
        }
    }

    @Test func `worker threads have their priorities`() async throws {
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

/// A thread of this process as the kernel schedules it.
private struct SystemThread {
    let name: String
    let nice: Int
    /// 0 is the default policy, 5 is `SCHED_IDLE`.
    let policy: Int

    /// Reads fields 2, 19 and 41 of stat; see proc(5).
    static func all() throws -> [SystemThread] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { id in
            // The thread may have ended.
            guard let line = try? String(contentsOfFile: "/proc/self/task/\(id)/stat", encoding: .utf8),
                let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")")
            else { return nil }
            let fields = line[close...].split(separator: " ")
            return SystemThread(
                name: String(line[open ..< close].dropFirst()), nice: try #require(Int(fields[17])),
                policy: try #require(Int(fields[39])))
        }
    }

    /// Whether the system allows `SCHED_IDLE`.
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
