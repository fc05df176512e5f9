import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Distribution

struct RanksTests {
    @Test(arguments: [1, 2, 3, 5])
    func `all ranks receive the bytes of every rank in order`(size: Int) {
        let results = LocalRanks.run(size) { ranks in
            ranks.gather(Array(repeating: UInt8(ranks.rank), count: 3 * ranks.rank))
        }
        let expected = (0 ..< size).map { [UInt8](repeating: UInt8($0), count: 3 * $0) }
        #expect(results == Array(repeating: expected, count: size))
    }

    @Test func `a message that is longer than the limit is split`() {
        let bytes = (0 ..< 1000).map { UInt8($0 % 251) }
        let results = LocalRanks.run(3, longestMessage: 7) { $0.broadcast($0.isFirst ? bytes : []) }
        #expect(results == [bytes, bytes, bytes])
    }

    @Test func `a sum is added in the order of the ranks`() {
        // 1 is lost next to 10¹⁶ unless both large values are added first.
        let parts = [[1e16, 1.0], [-1e16, 1e16], [1.0, -1e16]]
        let results = LocalRanks.run(3) { $0.sum(parts[$0.rank]) }
        #expect(results == Array(repeating: [1, (1 + 1e16) - 1e16], count: 3))
    }

    @Test func `a flag of one rank is seen by all`() {
        #expect(LocalRanks.run(3) { $0.any($0.rank == 2) } == [true, true, true])
        #expect(LocalRanks.run(3) { $0.any(false) } == [false, false, false])
        #expect(!Ranks.alone.any(false) && Ranks.alone.any(true))
    }

    @Test func `messages of several exchanges can be underway at once`() {
        let results = LocalRanks.run(3) { ranks -> [Int] in
            let values = UnsafeMutableBufferPointer<Int>.allocate(capacity: 6)
            defer { values.deallocate() }
            values.update(repeating: -1)
            for exchange in 0 ..< 2 { values[3 * exchange + ranks.rank] = 10 * exchange + ranks.rank }
            let tickets = (0 ..< 2).map { exchange in
                let base = UnsafeMutableRawPointer(values.baseAddress! + 3 * exchange)
                let buffers = (0 ..< 3).map { UnsafeMutableRawBufferPointer(start: base + 8 * $0, count: 8) }
                let own = UnsafeRawBufferPointer(buffers[ranks.rank])
                return ranks.begin(sending: [own, own, own], receiving: buffers)
            }
            for ticket in tickets.reversed() { ranks.finish(ticket) }
            return Array(values)
        }
        #expect(results == Array(repeating: [0, 1, 2, 10, 11, 12], count: 3))
    }

    @Test func `a value that differs in a rank is an error in all ranks`() {
        let results = LocalRanks.run(3) { ranks -> String in
            do {
                try ranks.checkEqual("The version", ranks.rank == 1 ? "2" : "1", advice: "Install one version.")
                return ""
            } catch { return "\(error)" }
        }
        let host = Ranks.alone.hosts[0]
        let text = "The version differs: rank 0 has 1, rank 1 on \(host) has 2. Install one version."
        #expect(results == [text, text, text])
    }

    @Test func `the time that a rank waits for others is counted`() {
        let waited = LocalRanks.run(2) { ranks -> Double in
            if ranks.rank == 0 { usleep(100_000) }
            _ = ranks.any(false)
            return ranks.waitedSeconds
        }
        #expect(waited[1] > 0.05 && waited[0] < waited[1])
    }
}
