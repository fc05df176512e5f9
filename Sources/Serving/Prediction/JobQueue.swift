import APIErrors
import Foundation

/// A bounded queue of jobs, whose costs in decoded pixels are known before the work.
///
/// Large jobs have threads of their own, so that they never block small ones. The smallest job is next; every fourth time
/// it is the oldest one, so that no job waits forever. Jobs of clients that have hung up are dropped.
///
/// It has one lock and one condition. Threads block on it; tasks of the server hold the lock only briefly.
final class JobQueue<Work: Sendable>: @unchecked Sendable {
    enum Lane: CaseIterable { case ordinary, large }

    struct Job: Sendable {
        let work: Work
        let pixels: Int
        let ticket: JobTicket
        /// Called, instead of the work, when the response is no longer wanted.
        let drop: @Sendable (APIError) -> Void

        /// Jobs of about the same size are equal, so that the older one is next.
        fileprivate var size: Int { Int.bitWidth - pixels.leadingZeroBitCount }
    }

    private let limits: ServerConfiguration.QueueLimits
    private let condition = NSCondition()

    // Guarded by `condition`.
    private var jobs: [Job] = []
    private var announced = 0
    private var idle: [Lane: Int] = [.ordinary: 0, .large: 0]
    private var takes: [Lane: Int] = [.ordinary: 0, .large: 0]
    private var isClosed = false

    init(limits: ServerConfiguration.QueueLimits) { self.limits = limits }

    var depth: Int { condition.withLock { jobs.count } }

    var isStopping: Bool { condition.withLock { isClosed } }

    func announce() { condition.withLock { announced += 1 } }

    func withdraw() {
        condition.withLock {
            announced -= 1
            condition.broadcast()
        }
    }

    private func lane(of job: Job) -> Lane { job.pixels > limits.largePixels ? .large : .ordinary }

    /// Adds all jobs, or none.
    ///
    /// - Throws: `APIError` with `busy` if they do not fit, with `shuttingDown` if the queue is closed or the client has
    ///   hung up.
    func put(_ new: [Job]) throws {
        try condition.withLock {
            guard !isClosed else { throw APIError.shuttingDown }
            try new.first?.ticket.check()
            removeUnwanted()
            for lane in Lane.allCases where new.contains(where: { self.lane(of: $0) == lane }) {
                let all = (jobs + new).filter { self.lane(of: $0) == lane }
                guard all.count <= limits.pictures else { throw APIError.busy("too many pictures are waiting") }
                let pixels = all.reduce(0) { $0 + $1.pixels }
                // A single request fits if no other large one waits.
                guard lane == .ordinary || pixels <= limits.waitingPixels || all.count == new.count else {
                    throw APIError.busy("too many large pictures are waiting")
                }
            }
            jobs += new
            condition.broadcast()
        }
    }

    /// Returns the next jobs of a lane, and waits for them; nil when the queue is closed and the lane is empty.
    ///
    /// Their pixels together are at most those of one large job.
    func take(upTo limit: Int, from lane: Lane = .ordinary) -> [Job]? {
        condition.withLock {
            idle[lane, default: 0] += 1
            defer { idle[lane, default: 0] -= 1 }
            while count(lane) == 0 {
                if isClosed { return nil }
                condition.wait()
            }
            gather(limit, lane)
            removeUnwanted()
            // Another thread may have taken them.
            let count = count(lane)
            guard count > 0 else { return [] }
            // Idle threads share the waiting jobs.
            let idle = idle[lane, default: 1]
            return choose(upTo: min(limit, (count + idle - 1) / idle), from: lane)
        }
    }

    private func count(_ lane: Lane) -> Int { jobs.count { self.lane(of: $0) == lane } }

    /// Waits briefly for announced jobs, so that they share the batch.
    private func gather(_ limit: Int, _ lane: Lane) {
        let deadline = Date(timeIntervalSinceNow: limits.gatherSeconds)
        while case let count = count(lane), count > 0, count < limit * idle[lane, default: 0], announced > 0, !isClosed
        {
            if !condition.wait(until: deadline) { return }
        }
    }

    private func choose(upTo limit: Int, from lane: Lane) -> [Job] {
        takes[lane, default: 0] += 1
        let waiting = jobs.indices.filter { self.lane(of: jobs[$0]) == lane }
        var order = waiting.sorted { (jobs[$0].size, $0) < (jobs[$1].size, $1) }
        if takes[lane, default: 0].isMultiple(of: 4), let oldest = waiting.first {
            order.removeAll { $0 == oldest }
            order.insert(oldest, at: 0)
        }
        var (chosen, pixels): ([Int], Int) = ([], 0)
        for index in order.prefix(limit) {
            pixels += jobs[index].pixels
            guard chosen.isEmpty || pixels <= limits.largePixels else { break }
            chosen.append(index)
        }
        let taken = chosen.map { jobs[$0] }
        for index in chosen.sorted(by: >) { jobs.remove(at: index) }
        return taken
    }

    /// Drops the waiting jobs whose responses are no longer wanted.
    func dropUnwanted() { condition.withLock { removeUnwanted() } }

    private func removeUnwanted() {
        // Each ticket is asked once, because it can change at any time.
        var (wanted, unwanted): ([Job], [Job]) = ([], [])
        for job in jobs { if job.ticket.isWanted { wanted.append(job) } else { unwanted.append(job) } }
        guard !unwanted.isEmpty else { return }
        jobs = wanted
        for job in unwanted { job.drop(.shuttingDown) }
    }

    /// Rejects further jobs. Waiting ones can still be taken.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}
