/// Decides which worker hashes which password, without threads and without a clock.
///
/// Low-priority workers take passwords in order. On a busy machine they make little progress, and a started password
/// cannot move to another worker. One reserve worker has a share of the processor. It takes passwords that have waited
/// too long, and repeats those that a low-priority worker does not finish. The first outcome counts. A password that
/// waits beyond the limit is rejected.
struct PasswordScheduler {
    typealias Moment = ContinuousClock.Instant

    enum Worker: Hashable {
        case lowPriority(Int)
        case reserve
    }

    private struct Assignment {
        let password: Int
        let taken: Moment
        /// Whether the other worker with the same password has finished first.
        var isAnswered = false
    }

    /// The time after which the reserve worker takes over a password that waits, or that another worker has started.
    private(set) var patience: Duration
    /// The time after which a waiting password is rejected.
    private(set) var limit: Duration
    private let minimumPatience: Duration
    private let minimumLimit: Duration
    let lowPriorityWorkers: Int
    private var waiting: [(password: Int, asked: Moment)] = []
    private var assigned: [Worker: Assignment] = [:]

    /// - Parameters:
    ///   - lowPriorityWorkers: The number of low-priority workers.
    ///   - patience: The minimum of `patience`, which otherwise is five times the processor time of the last password.
    ///   - limit: The minimum of `limit`, which otherwise is ten times `patience`.
    init(lowPriorityWorkers: Int, patience: Duration, limit: Duration) {
        (self.lowPriorityWorkers, self.patience, self.limit) = (lowPriorityWorkers, patience, limit)
        (minimumPatience, minimumLimit) = (patience, limit)
    }

    var waitingCount: Int { waiting.count }

    /// - Parameter password: A number, higher than those before.
    mutating func add(_ password: Int, asked: Moment) { waiting.append((password, asked)) }

    /// Returns the next assignment; nil if there is none at present. Call it until it returns nil.
    mutating func assign(now: Moment) -> (worker: Worker, password: Int)? {
        if let next = waiting.first,
            let free = (0 ..< lowPriorityWorkers).first(where: { assigned[.lowPriority($0)] == nil })
        {
            waiting.removeFirst()
            return give(next.password, to: .lowPriority(free), now: now)
        }
        guard assigned[.reserve] == nil else { return nil }
        let stuck = assigned.values.filter { !$0.isAnswered && $0.taken + patience <= now }.map(\.password)
        if let oldest = stuck.min() { return give(oldest, to: .reserve, now: now) }
        guard let next = waiting.first, next.asked + patience <= now else { return nil }
        waiting.removeFirst()
        return give(next.password, to: .reserve, now: now)
    }

    private mutating func give(
        _ password: Int, to worker: Worker, now: Moment
    ) -> (worker: Worker, password: Int) {
        assigned[worker] = Assignment(password: password, taken: now)
        return (worker, password)
    }

    /// Ends an assignment.
    ///
    /// - Parameter seconds: The processor time of the password.
    /// - Returns: The password; nil if its outcome is known already.
    mutating func end(_ worker: Worker, seconds: Double) -> Int? {
        patience = max(minimumPatience, .seconds(5 * seconds))
        limit = max(minimumLimit, patience * 10)
        guard let done = assigned.removeValue(forKey: worker), !done.isAnswered else { return nil }
        for (other, also) in assigned where also.password == done.password { assigned[other]?.isAnswered = true }
        return done.password
    }

    /// Removes passwords that have waited longer than the limit.
    mutating func removeExpired(now: Moment) -> [Int] {
        let count = waiting.prefix { $0.asked + limit <= now }.count
        defer { waiting.removeFirst(count) }
        return waiting.prefix(count).map(\.password)
    }

    /// The time of the next deadline; nil if there is none.
    var nextMoment: Moment? {
        var moments = waiting.first.map { [$0.asked + limit] } ?? []
        if assigned[.reserve] == nil {
            moments += waiting.first.map { [$0.asked + patience] } ?? []
            moments += assigned.values.filter { !$0.isAnswered }.map { $0.taken + patience }
        }
        return moments.min()
    }
}
