import Foundation
import LinearAlgebra
import Synchronization
import TestSupport
import Testing

@testable import Distribution

struct WorkQueueTests {
    @Test(arguments: [(1, 1, 7), (1, 3, 7), (2, 1, 23), (3, 2, 40), (4, 2, 2), (3, 1, 0)])
    func `rank 0 receives all results in order`(size: Int, threads: Int, count: Int) {
        let results = LocalRanks.run(size) { ranks -> [[UInt8]] in
            var received: [[UInt8]] = []
            let counts = try? ranks.distribute(count, workers: Workers(count: threads)) { index, worker in
                precondition(worker < threads)
                if index % 3 == 0 { usleep(2000) }
                return Array(repeating: UInt8(index), count: index % 4)
            } consume: { index, result in
                precondition(index == received.count)
                received.append(result)
            }
            #expect(counts?.reduce(0, +) == (ranks.isFirst ? count : 0))
            return received
        }
        #expect(results[0] == (0 ..< count).map { [UInt8](repeating: UInt8($0), count: $0 % 4) })
        #expect(results.dropFirst().allSatisfy { $0.isEmpty })
    }

    @Test func `a slow rank computes fewer results`() {
        let counts = LocalRanks.run(2) { ranks -> [Int] in
            let rank = ranks.rank
            return
                (try? ranks.distribute(40, workers: Workers(count: 1)) { index, _ in
                    usleep(rank == 1 ? 50_000 : 5000)
                    return [UInt8(index)]
                } consume: { _, _ in
                }) ?? []
        }
        #expect(counts[0].reduce(0, +) == 40)
        #expect(counts[0][0] > 2 * counts[0][1] && counts[0][1] > 0)
    }

    @Test func `several queues after each other, with exchanges between them`() {
        let sums = LocalRanks.run(3) { ranks -> Int in
            var sum = 0
            for round in 1 ... 3 {
                _ = try? ranks.distribute(10, workers: Workers(count: 2)) { index, _ in
                    [UInt8(index * round)]
                } consume: { _, result in
                    sum += Int(result[0])
                }
                ranks.barrier()
            }
            return sum
        }
        #expect(sums == [45 * 6, 0, 0])
    }

    @Test func `progress counts finished results, and an error of the consumer ends the queue`() {
        struct Full: Error {}
        var progress: [Int] = []
        #expect(throws: Full.self) {
            try Ranks.alone.distribute(9, workers: Workers(count: 2)) { index, _ in
                [UInt8(index)]
            } progress: {
                progress.append($0)
            } consume: { index, _ in
                if index == 5 { throw Full() }
            }
        }
        #expect(progress == Array(1 ... progress.count) && (6 ... 9).contains(progress.count))
    }
}
