import APIErrors
import Foundation
import Synchronization

/// Hashes passwords at low priority, so that predictions do not wait for logins.
///
/// One worker with a guaranteed share of the processor takes over passwords that low-priority workers do not finish
/// (`PasswordScheduler`), so that logins do not wait long either. The queue is bounded. A password that does not fit is
/// rejected at once.
package final class PasswordHasher: Sendable {
    private struct Inbox {
        var jobs: [PasswordDispatcher.Job] = []
        /// The number of passwords that no worker has started, including those in the inbox.
        var waiting = 0
        var isStopped = false
    }

    package let cost: Int
    private let capacity: Int
    private let inbox = Mutex(Inbox())
    private let wakeUp = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - threads: The number of low-priority workers.
    ///   - capacity: The number of passwords that may wait.
    ///   - patience: The minimum wait until the reserve worker takes a password over; by default five times the
    ///     processor time of a password of this cost.
    ///   - limit: The minimum wait until a waiting password is rejected.
    package init(
        cost: Int, threads: Int, capacity: Int = 100, patience: Duration? = nil, limit: Duration = .seconds(20)
    ) {
        self.cost = cost
        self.capacity = capacity
        let scheduler = PasswordScheduler(
            lowPriorityWorkers: threads, patience: patience ?? Self.patience(cost: cost), limit: limit)
        let thread = Thread { [self] in
            Thread.current.name = "passwords"
            work(scheduler)
        }
        thread.start()
    }

    /// - Precondition: The password has passed `PasswordRule`.
    /// - Throws: `APIError`.
    package func hash(_ password: String) async throws -> String {
        guard let work = PasswordWork(hashing: password, cost: cost), let hash = try await outcome(of: work).hash else {
            throw APIError(.internalError)
        }
        return PasswordHash.marker + hash
    }

    /// Whether the password has this hash. A negative result takes as long as a hash of the configured cost, also without
    /// a hash or with one of another cost.
    ///
    /// - Throws: `APIError`.
    package func matches(_ password: String, _ hash: String?) async throws -> Bool {
        try await outcome(of: PasswordWork(comparing: password, with: hash, cost: cost)).isMatch
    }

    /// Lets the threads end after the passwords that wait.
    package func stop() {
        inbox.withLock { $0.isStopped = true }
        wakeUp.signal()
    }

    private func outcome(of work: PasswordWork) async throws -> PasswordWork.Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let error = inbox.withLock { inbox -> APIError? in
                if inbox.isStopped { return .shuttingDown }
                if inbox.waiting >= capacity { return .tooManyPasswords }
                inbox.waiting += 1
                inbox.jobs.append(.init(work: work, asked: .now) { continuation.resume(with: $0) })
                return nil
            }
            if let error { continuation.resume(throwing: error) } else { wakeUp.signal() }
        }
    }

    /// Returns one second for cost 12.
    private static func patience(cost: Int) -> Duration {
        max(.milliseconds(50), .seconds(exp2(Double(cost - 12))))
    }

    /// Runs the scheduler until the hasher is stopped.
    private func work(_ scheduler: PasswordScheduler) {
        var dispatcher = PasswordDispatcher(scheduler: scheduler, wakeUp: wakeUp)
        while true {
            let isStopped = inbox.withLock { inbox in
                for job in inbox.jobs { dispatcher.add(job) }
                inbox.jobs = []
                return inbox.isStopped
            }
            dispatcher.step(now: .now)
            if isStopped, dispatcher.isIdle { break }
            inbox.withLock { $0.waiting = $0.jobs.count + dispatcher.waiting }
            dispatcher.wait()
        }
        dispatcher.close()
    }
}

extension APIError {
    static let tooManyPasswords = APIError.busy("too many logins are waiting")
}
