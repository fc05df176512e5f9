import APIErrors
import Foundation
import Synchronization

/// Hashes passwords in the time that nothing else wants: pictures do not wait for log-ins.
///
/// Nor do log-ins wait for long, for what spare time leaves undone is done by a thread with a share of the machine
/// (`PasswordRota`). Those who wait are counted; who comes when too many do is told at once.
package final class PasswordHasher: Sendable {
    private struct Inbox {
        var jobs: [PasswordDesk.Job] = []
        /// Those in it and those at the desk that nobody has begun.
        var waiting = 0
        var isStopped = false
    }

    package let cost: Int
    private let capacity: Int
    private let inbox = Mutex(Inbox())
    private let bell = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - threads: in spare time.
    ///   - capacity: passwords that may wait.
    ///   - patience: after which a password is taken by the thread in reserve, at least; by default five times what one
    ///     of this cost takes of an ordinary core.
    ///   - limit: after which a password that still waits is refused, at least.
    package init(
        cost: Int, threads: Int, capacity: Int = 100, patience: Duration? = nil, limit: Duration = .seconds(20)
    ) {
        self.cost = cost
        self.capacity = capacity
        let rota = PasswordRota(spare: threads, patience: patience ?? Self.patience(cost: cost), limit: limit)
        let thread = Thread { [self] in
            Thread.current.name = "passwords"
            work(rota)
        }
        thread.start()
    }

    /// - Precondition: `PasswordRule` has let it pass.
    /// - Throws: `Refusal`.
    package func hash(_ password: String) async throws -> String {
        guard let work = PasswordWork(hashing: password, cost: cost), let hash = try await outcome(of: work).hash else {
            throw Refusal(.internalError, ErrorCode.internalError.meaning)
        }
        return hash
    }

    /// Whether the password made the hash. No takes as long as a hash of today's cost, whether there is a hash, whatever
    /// its cost, or none.
    ///
    /// - Throws: `Refusal`.
    package func matches(_ password: String, _ hash: String?) async throws -> Bool {
        try await outcome(of: PasswordWork(comparing: password, with: hash, cost: cost)).isMatch
    }

    /// Lets the threads end; what waits is still done.
    package func stop() {
        inbox.withLock { $0.isStopped = true }
        bell.signal()
    }

    private func outcome(of work: PasswordWork) async throws -> PasswordWork.Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let refusal = inbox.withLock { inbox -> Refusal? in
                if inbox.isStopped { return .shuttingDown }
                if inbox.waiting >= capacity { return .tooManyPasswords }
                inbox.waiting += 1
                inbox.jobs.append(.init(work: work, asked: .now) { continuation.resume(with: $0) })
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) } else { bell.signal() }
        }
    }

    /// A second at cost 12.
    private static func patience(cost: Int) -> Duration {
        max(.milliseconds(50), .seconds(exp2(Double(cost - 12))))
    }

    /// Keeps the desk until the end.
    private func work(_ rota: PasswordRota) {
        var desk = PasswordDesk(rota: rota, bell: bell)
        while true {
            let isStopped = inbox.withLock { inbox in
                for job in inbox.jobs { desk.add(job) }
                inbox.jobs = []
                return inbox.isStopped
            }
            desk.turn(now: .now)
            if isStopped, desk.isIdle { break }
            inbox.withLock { $0.waiting = $0.jobs.count + desk.waiting }
            desk.wait()
        }
        desk.close()
    }
}

extension Refusal {
    static let tooManyPasswords = Refusal.busy("too many passwords wait")
}
