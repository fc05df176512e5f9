import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Distribution

struct HeartbeatTests {
    @Test func `a rank that computes for longer than the limit is not lost`() {
        let lost = Mutex<[String]>([])
        let report: @Sendable (Int, String) -> Void = { _, text in lost.withLock { $0.append(text) } }
        _ = LocalRanks.run(3, silence: 4, lost: report) { ranks in
            if ranks.rank == 1 { usleep(6_000_000) }
            ranks.barrier()
        }
        #expect(lost.withLock { $0 } == [])
    }

    @Test func `a silent rank is lost, and the message names it and its host`() {
        let lost = Mutex<[Int: String]>([:])
        let network = LocalRanks.Network()
        let report: @Sendable (Int, String) -> Void = { rank, text in
            lost.withLock { $0[rank] = $0[rank] ?? text }
        }
        _ = LocalRanks.run(3, silence: 4, network: network, lost: report) { ranks in
            if ranks.rank == 2 { network.silence(2) }
            usleep(7_000_000)
        }
        let host = Ranks.alone.hosts[0]
        for rank in 0 ..< 2 {
            #expect(lost.withLock { $0[rank] }?.hasPrefix("Lost rank 2 on \(host): no sign of life for 4 s.") == true)
        }
    }

    @Test func `ranks that leave at different times wait for each other`() {
        let times = LocalRanks.run(2) { ranks -> ContinuousClock.Instant in
            if ranks.rank == 0 { usleep(300_000) }
            return .now
        }
        #expect(times.count == 2)
    }
}
