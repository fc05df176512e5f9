import Testing

@testable import Accounts

/// Two workers in spare time, unless said otherwise, a patience of one second and a limit of ten.
struct PasswordRotaTests {
    private let start = PasswordRota.Moment.now
    /// Seconds from the start.
    private func at(_ seconds: Double) -> PasswordRota.Moment { start + .seconds(seconds) }

    private func rota(spare: Int = 2, waiting count: Int) -> PasswordRota {
        var rota = PasswordRota(spare: spare, patience: .seconds(1), limit: .seconds(10))
        for password in 0 ..< count { rota.add(password, asked: start) }
        return rota
    }

    private func begun(_ rota: inout PasswordRota, at seconds: Double) -> [PasswordRota.Worker: Int] {
        var begun: [PasswordRota.Worker: Int] = [:]
        while let next = rota.assign(now: at(seconds)) { begun[next.worker] = next.password }
        return begun
    }

    @Test func `workers in spare time take passwords as they come, and the one in reserve none`() {
        var rota = rota(waiting: 3)
        #expect(begun(&rota, at: 0) == [.spare(0): 0, .spare(1): 1])
        #expect(rota.waitingCount == 1)
        #expect(rota.end(.spare(1), seconds: 0.2) == 1)
        #expect(begun(&rota, at: 0.9) == [.spare(1): 2])
        #expect(rota.end(.spare(0), seconds: 0.2) == 0 && rota.end(.spare(1), seconds: 0.2) == 2)
        #expect(begun(&rota, at: 100).isEmpty && rota.nextMoment == nil)
    }

    @Test func `what is not done in a second is done anew in reserve, once, and before what waits`() {
        var rota = rota(waiting: 3)
        #expect(begun(&rota, at: 0.5) == [.spare(0): 0, .spare(1): 1])
        #expect(begun(&rota, at: 0.999).isEmpty)
        // The third has waited for a second, the others have been in hand for half of one.
        #expect(rota.nextMoment == at(1))
        #expect(begun(&rota, at: 1) == [.reserve: 2])
        #expect(rota.end(.reserve, seconds: 0.2) == 2)
        #expect(rota.nextMoment == at(1.5))
        #expect(begun(&rota, at: 1.5) == [.reserve: 0])
        // It has its hands full, and so have the others.
        #expect(rota.nextMoment == nil && begun(&rota, at: 9).isEmpty)
        #expect(rota.end(.reserve, seconds: 0.2) == 0)
        #expect(begun(&rota, at: 9) == [.reserve: 1])
        #expect(rota.end(.reserve, seconds: 0.2) == 1)
        #expect(begun(&rota, at: 9).isEmpty && rota.nextMoment == nil)
    }

    @Test(arguments: [true, false])
    func `of two that have the same password the first one answers`(reserveIsFirst: Bool) {
        var rota = rota(spare: 1, waiting: 1)
        #expect(begun(&rota, at: 0) == [.spare(0): 0] && begun(&rota, at: 1) == [.reserve: 0])
        let both: [PasswordRota.Worker] = reserveIsFirst ? [.reserve, .spare(0)] : [.spare(0), .reserve]
        #expect(rota.end(both[0], seconds: 0.2) == 0)
        rota.add(1, asked: at(2))
        // The other one is at it still, for nobody.
        #expect(begun(&rota, at: 2) == (reserveIsFirst ? [:] : [.spare(0): 1]))
        #expect(rota.end(both[1], seconds: 0.2) == nil)
        #expect(begun(&rota, at: 3) == (reserveIsFirst ? [.spare(0): 1] : [.reserve: 1]))
    }

    @Test func `while the machine is full the one in reserve does it all, the oldest first`() {
        var rota = rota(spare: 1, waiting: 0)
        for password in 0 ..< 4 { rota.add(password, asked: at(0.1 * Double(password))) }
        #expect(begun(&rota, at: 0.5) == [.spare(0): 0])
        var order: [Int?] = []
        for step in 0 ..< 4 {
            #expect(begun(&rota, at: 2 + 0.8 * Double(step)).keys.allSatisfy { $0 == .reserve })
            order.append(rota.end(.reserve, seconds: 0.2))
        }
        #expect(order == [0, 1, 2, 3])
        // The worker in spare time gets done at last, for nobody.
        #expect(rota.end(.spare(0), seconds: 0.2) == nil && rota.waitingCount == 0)
    }

    @Test func `patience is five times what the last password took, and no less than at first`() {
        var rota = rota(spare: 1, waiting: 4)
        for (seconds, patience, limit) in [(0.1, 1.0, 10.0), (0.8, 4, 40), (0.15, 1, 10), (0.5, 2.5, 25)] {
            _ = begun(&rota, at: 0)
            _ = rota.end(.spare(0), seconds: seconds)
            #expect(rota.patience == .seconds(patience) && rota.limit == .seconds(limit))
        }
        rota.add(4, asked: at(10))
        _ = begun(&rota, at: 10)
        #expect(begun(&rota, at: 12.4).isEmpty && begun(&rota, at: 12.5) == [.reserve: 4])
    }

    @Test func `what has waited for ten times as long is given up, and what is in hand is not`() {
        var rota = rota(spare: 1, waiting: 3)
        rota.add(3, asked: at(4))
        #expect(begun(&rota, at: 0) == [.spare(0): 0] && begun(&rota, at: 1) == [.reserve: 0])
        #expect(rota.nextMoment == at(10))
        #expect(rota.giveUp(now: at(9.9)).isEmpty)
        #expect(rota.giveUp(now: at(10)) == [1, 2])
        #expect(rota.waitingCount == 1 && rota.nextMoment == at(14))
        #expect(rota.end(.reserve, seconds: 0.2) == 0)
    }

    @Test func `without workers in spare time all of it is for the one in reserve`() {
        var rota = rota(spare: 0, waiting: 1)
        #expect(begun(&rota, at: 0.5).isEmpty && rota.nextMoment == at(1))
        #expect(begun(&rota, at: 1) == [.reserve: 0])
    }
}
