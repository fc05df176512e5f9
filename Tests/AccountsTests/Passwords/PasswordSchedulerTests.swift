import Testing

@testable import Accounts

/// Two low-priority workers unless stated otherwise, a patience of one second and a limit of ten.
struct PasswordSchedulerTests {
    private let start = PasswordScheduler.Moment.now
    /// A moment in seconds from the start.
    private func at(_ seconds: Double) -> PasswordScheduler.Moment { start + .seconds(seconds) }

    private func scheduler(idle: Int = 2, waiting count: Int) -> PasswordScheduler {
        var scheduler = PasswordScheduler(lowPriorityWorkers: idle, patience: .seconds(1), limit: .seconds(10))
        for password in 0 ..< count { scheduler.add(password, asked: start) }
        return scheduler
    }

    private func begun(_ scheduler: inout PasswordScheduler, at seconds: Double) -> [PasswordScheduler.Worker: Int] {
        var begun: [PasswordScheduler.Worker: Int] = [:]
        while let next = scheduler.assign(now: at(seconds)) { begun[next.worker] = next.password }
        return begun
    }

    @Test func `low-priority workers take passwords in order, and the reserve worker takes none`() {
        var scheduler = scheduler(waiting: 3)
        #expect(begun(&scheduler, at: 0) == [.lowPriority(0): 0, .lowPriority(1): 1])
        #expect(scheduler.waitingCount == 1)
        #expect(scheduler.end(.lowPriority(1), seconds: 0.2) == 1)
        #expect(begun(&scheduler, at: 0.9) == [.lowPriority(1): 2])
        #expect(scheduler.end(.lowPriority(0), seconds: 0.2) == 0 && scheduler.end(.lowPriority(1), seconds: 0.2) == 2)
        #expect(begun(&scheduler, at: 100).isEmpty && scheduler.nextMoment == nil)
    }

    @Test func `a password that takes a second is repeated in reserve, once, and before waiting ones`() {
        var scheduler = scheduler(waiting: 3)
        #expect(begun(&scheduler, at: 0.5) == [.lowPriority(0): 0, .lowPriority(1): 1])
        #expect(begun(&scheduler, at: 0.999).isEmpty)
        // The third has waited for a second, the others have been assigned for half a second.
        #expect(scheduler.nextMoment == at(1))
        #expect(begun(&scheduler, at: 1) == [.reserve: 2])
        #expect(scheduler.end(.reserve, seconds: 0.2) == 2)
        #expect(scheduler.nextMoment == at(1.5))
        #expect(begun(&scheduler, at: 1.5) == [.reserve: 0])
        // All workers are busy.
        #expect(scheduler.nextMoment == nil && begun(&scheduler, at: 9).isEmpty)
        #expect(scheduler.end(.reserve, seconds: 0.2) == 0)
        #expect(begun(&scheduler, at: 9) == [.reserve: 1])
        #expect(scheduler.end(.reserve, seconds: 0.2) == 1)
        #expect(begun(&scheduler, at: 9).isEmpty && scheduler.nextMoment == nil)
    }

    @Test(arguments: [true, false])
    func `the first outcome of two workers with the same password counts`(reserveIsFirst: Bool) {
        var scheduler = scheduler(idle: 1, waiting: 1)
        #expect(begun(&scheduler, at: 0) == [.lowPriority(0): 0] && begun(&scheduler, at: 1) == [.reserve: 0])
        let both: [PasswordScheduler.Worker] =
            reserveIsFirst ? [.reserve, .lowPriority(0)] : [.lowPriority(0), .reserve]
        #expect(scheduler.end(both[0], seconds: 0.2) == 0)
        scheduler.add(1, asked: at(2))
        // The other worker still hashes the same password.
        #expect(begun(&scheduler, at: 2) == (reserveIsFirst ? [:] : [.lowPriority(0): 1]))
        #expect(scheduler.end(both[1], seconds: 0.2) == nil)
        #expect(begun(&scheduler, at: 3) == (reserveIsFirst ? [.lowPriority(0): 1] : [.reserve: 1]))
    }

    @Test func `on a busy machine the reserve worker takes all passwords, the oldest first`() {
        var scheduler = scheduler(idle: 1, waiting: 0)
        for password in 0 ..< 4 { scheduler.add(password, asked: at(0.1 * Double(password))) }
        #expect(begun(&scheduler, at: 0.5) == [.lowPriority(0): 0])
        var order: [Int?] = []
        for step in 0 ..< 4 {
            #expect(begun(&scheduler, at: 2 + 0.8 * Double(step)).keys.allSatisfy { $0 == .reserve })
            order.append(scheduler.end(.reserve, seconds: 0.2))
        }
        #expect(order == [0, 1, 2, 3])
        // The outcome of the low-priority worker comes last and is ignored.
        #expect(scheduler.end(.lowPriority(0), seconds: 0.2) == nil && scheduler.waitingCount == 0)
    }

    @Test func `patience is five times the time of the last password, with a minimum`() {
        var scheduler = scheduler(idle: 1, waiting: 4)
        for (seconds, patience, limit) in [(0.1, 1.0, 10.0), (0.8, 4, 40), (0.15, 1, 10), (0.5, 2.5, 25)] {
            _ = begun(&scheduler, at: 0)
            _ = scheduler.end(.lowPriority(0), seconds: seconds)
            #expect(scheduler.patience == .seconds(patience) && scheduler.limit == .seconds(limit))
        }
        scheduler.add(4, asked: at(10))
        _ = begun(&scheduler, at: 10)
        #expect(begun(&scheduler, at: 12.4).isEmpty && begun(&scheduler, at: 12.5) == [.reserve: 4])
    }

    @Test func `passwords that wait ten times as long are rejected, and assigned ones are not`() {
        var scheduler = scheduler(idle: 1, waiting: 3)
        scheduler.add(3, asked: at(4))
        #expect(begun(&scheduler, at: 0) == [.lowPriority(0): 0] && begun(&scheduler, at: 1) == [.reserve: 0])
        #expect(scheduler.nextMoment == at(10))
        #expect(scheduler.removeExpired(now: at(9.9)).isEmpty)
        #expect(scheduler.removeExpired(now: at(10)) == [1, 2])
        #expect(scheduler.waitingCount == 1 && scheduler.nextMoment == at(14))
        #expect(scheduler.end(.reserve, seconds: 0.2) == 0)
    }

    @Test func `without low-priority workers the reserve worker takes all passwords`() {
        var scheduler = scheduler(idle: 0, waiting: 1)
        #expect(begun(&scheduler, at: 0.5).isEmpty && scheduler.nextMoment == at(1))
        #expect(begun(&scheduler, at: 1) == [.reserve: 0])
    }
}
