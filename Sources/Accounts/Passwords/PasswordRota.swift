/// Which worker is to hash which password: what there is to decide, without threads and without a clock.
///
/// Workers in spare time take passwords as they come. While the machine is full they get next to nothing of it, and who
/// is in the middle of a password cannot hand it on. One worker in reserve, who gets a share of the machine, takes what
/// has been left for too long: what waits, and anew what a worker in spare time does not get done. The first answer
/// counts. What waits for much too long is given up.
struct PasswordRota {
    typealias Moment = ContinuousClock.Instant

    enum Worker: Hashable {
        case spare(Int)
        case reserve
    }

    private struct Held {
        let password: Int
        let taken: Moment
        /// The other of two who have the password was first.
        var isAnswered = false
    }

    /// How long is too long: for a password to wait, and for a worker to hold one.
    private(set) var patience: Duration
    /// Beyond it a password that waits is given up.
    private(set) var limit: Duration
    private let leastPatience: Duration
    private let leastLimit: Duration
    let spare: Int
    private var waiting: [(password: Int, asked: Moment)] = []
    private var held: [Worker: Held] = [:]

    /// - Parameters:
    ///   - spare: workers in spare time.
    ///   - patience: at least; it is five times what the last password took of a core, where that is more.
    ///   - limit: at least; it is ten times the patience, where that is more.
    init(spare: Int, patience: Duration, limit: Duration) {
        (self.spare, self.patience, self.limit) = (spare, patience, limit)
        (leastPatience, leastLimit) = (patience, limit)
    }

    var waitingCount: Int { waiting.count }

    /// - Parameter password: a number for it, higher than those before.
    mutating func add(_ password: Int, asked: Moment) { waiting.append((password, asked)) }

    /// Who is to begin with what, if anybody can; to be asked until nobody can.
    mutating func assign(now: Moment) -> (worker: Worker, password: Int)? {
        if let next = waiting.first, let free = (0 ..< spare).first(where: { held[.spare($0)] == nil }) {
            waiting.removeFirst()
            return give(next.password, to: .spare(free), now: now)
        }
        guard held[.reserve] == nil else { return nil }
        let stuck = held.values.filter { !$0.isAnswered && $0.taken + patience <= now }.map(\.password)
        if let oldest = stuck.min() { return give(oldest, to: .reserve, now: now) }
        guard let next = waiting.first, next.asked + patience <= now else { return nil }
        waiting.removeFirst()
        return give(next.password, to: .reserve, now: now)
    }

    private mutating func give(
        _ password: Int, to worker: Worker, now: Moment
    ) -> (worker: Worker, password: Int) {
        held[worker] = Held(password: password, taken: now)
        return (worker, password)
    }

    /// A worker is done.
    ///
    /// - Parameter seconds: that it took of a core.
    /// - Returns: the password, unless its answer is known already.
    mutating func end(_ worker: Worker, seconds: Double) -> Int? {
        patience = max(leastPatience, .seconds(5 * seconds))
        limit = max(leastLimit, patience * 10)
        guard let done = held.removeValue(forKey: worker), !done.isAnswered else { return nil }
        for (other, also) in held where also.password == done.password { held[other]?.isAnswered = true }
        return done.password
    }

    /// Takes out what has waited for longer than the limit.
    mutating func giveUp(now: Moment) -> [Int] {
        let count = waiting.prefix { $0.asked + limit <= now }.count
        defer { waiting.removeFirst(count) }
        return waiting.prefix(count).map(\.password)
    }

    /// When there may be something to do, if nothing happens before.
    var nextMoment: Moment? {
        var moments = waiting.first.map { [$0.asked + limit] } ?? []
        if held[.reserve] == nil {
            moments += waiting.first.map { [$0.asked + patience] } ?? []
            moments += held.values.filter { !$0.isAnswered }.map { $0.taken + patience }
        }
        return moments.min()
    }
}
