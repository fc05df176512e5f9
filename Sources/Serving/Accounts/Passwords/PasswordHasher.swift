import Foundation

/// Hashes passwords on threads of its own that come after everything else: pictures do not wait for log-ins.
///
/// Those who wait are counted; who comes when too many do is told at once.
final class PasswordHasher: @unchecked Sendable {
    let cost: Int
    private let capacity: Int
    private let condition = NSCondition()

    // Guarded by `condition`.
    private var waiting: [@Sendable () -> Void] = []
    private var isStopped = false

    /// - Parameter capacity: passwords that may wait.
    init(cost: Int, threads: Int, capacity: Int = 100) {
        self.cost = cost
        self.capacity = capacity
        for number in 0 ..< threads {
            let thread = Thread { [self] in work() }
            thread.name = "password-\(number)"
            thread.start()
        }
    }

    /// - Precondition: `PasswordRule` has let it pass.
    /// - Throws: `Refusal`.
    func hash(_ password: String) async throws -> String {
        let cost = cost
        guard let hash = try await run({ PasswordHash.make(password, cost: cost) }) else {
            throw Refusal(.internalError, ErrorCode.internalError.meaning)
        }
        return hash
    }

    /// Whether the password made the hash. No takes as long as a hash of today's cost, whether there is a hash, whatever
    /// its cost, or none.
    ///
    /// - Throws: `Refusal`.
    func matches(_ password: String, _ hash: String?) async throws -> Bool {
        let cost = cost
        return try await run { Self.fits(password, hash, cost: cost) }
    }

    /// What `matches` does, on this thread.
    static func fits(_ password: String, _ hash: String?, cost: Int) -> Bool {
        let possible = password.utf8.count <= PasswordHash.byteLimit && !password.utf8.contains(0)
        let tried = possible ? password : ""
        guard let hash, let old = PasswordHash.cost(of: hash) else {
            _ = PasswordHash.matches(tried, PasswordHash.standIn(cost: cost))
            return false
        }
        if PasswordHash.matches(tried, hash), possible { return true }
        // 2^old + 2^old + 2^(old+1) + … + 2^(cost−1) = 2^cost.
        for missing in min(old, cost) ..< cost {
            _ = PasswordHash.matches(tried, PasswordHash.standIn(cost: missing))
        }
        return false
    }

    /// Lets the threads end; what waits is still done.
    func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
    }

    private func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let refusal = condition.withLock { () -> Refusal? in
                if isStopped { return .shuttingDown }
                if waiting.count >= capacity { return .busy("too many passwords wait") }
                waiting.append { continuation.resume(returning: body()) }
                condition.signal()
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) }
        }
    }

    private func work() {
        // Of this thread alone.
        setpriority(Int32(PRIO_PROCESS.rawValue), 0, 15)
        while let next = next() { next() }
    }

    private func next() -> (@Sendable () -> Void)? {
        condition.withLock {
            while waiting.isEmpty {
                if isStopped { return nil }
                condition.wait()
            }
            return waiting.removeFirst()
        }
    }
}
