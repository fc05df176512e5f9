import Foundation
import Synchronization
import Testing

@testable import APIErrors
@testable import Serving

struct JobQueueTests {
    private typealias Queue = JobQueue<String>

    private func queue(_ count: Int, waitingPixels: Int = 1000, gatherSeconds: Double = 0) -> Queue {
        JobQueue(
            limits: .init(
                pictures: count, largePixels: 100, waitingPixels: waitingPixels, batch: 8, gatherSeconds: gatherSeconds)
        )
    }

    private func jobs(_ names: String..., pixels: Int = 0, ticket: JobTicket = JobTicket()) -> [Queue.Job] {
        names.map { Queue.Job(work: $0, pixels: pixels, ticket: ticket) { _ in } }
    }

    @Test func `jobs leave in order, at most as many as requested`() throws {
        let queue = queue(5)
        try queue.put(jobs("a", "b"))
        try queue.put(jobs("c"))
        #expect(queue.depth == 3)
        #expect(queue.take(upTo: 2)?.map(\.work) == ["a", "b"])
        #expect(queue.take(upTo: 2)?.map(\.work) == ["c"])
    }

    @Test func `a request that does not fit is rejected as a whole`() throws {
        let queue = queue(3)
        try queue.put(jobs("a", "b"))
        #expect { try queue.put(jobs("c", "d")) } throws: {
            ($0 as? APIError)?.code == .busy && ($0 as? APIError)?.headers[.retryAfter] == "1"
        }
        #expect(queue.depth == 2)
        try queue.put(jobs("e"))
        #expect(queue.depth == 3)
    }

    @Test func `large jobs have their own lane and their own limit`() throws {
        let queue = queue(3, waitingPixels: 1000)
        try queue.put(jobs("large", "large too", pixels: 500))
        #expect { try queue.put(jobs("more", pixels: 101)) } throws: { ($0 as? APIError)?.code == .busy }
        try queue.put(jobs("a", "b", "c", pixels: 100))
        #expect(queue.take(upTo: 1)?.map(\.work) == ["a"])
        #expect(queue.take(upTo: 1, from: .large)?.map(\.work) == ["large"])
        // A request above the limit fits if it is the only one.
        #expect(queue.take(upTo: 1, from: .large)?.count == 1)
        try queue.put(jobs("huge", pixels: 5000))
        #expect(queue.take(upTo: 1, from: .large)?.map(\.work) == ["huge"])
    }

    @Test func `the smallest job is next, and every fourth time the oldest`() throws {
        let queue = queue(8)
        try queue.put(jobs("old", pixels: 90))
        try queue.put(jobs("a", "b", "c", "d", "e", pixels: 3))
        let order = (0 ..< 6).compactMap { _ in queue.take(upTo: 1)?.first?.work }
        #expect(order == ["a", "b", "c", "old", "d", "e"])
    }

    @Test func `a batch has at most the pixels of a large job`() throws {
        let queue = queue(8)
        try queue.put(jobs("a", "b", "c", pixels: 40))
        #expect(queue.take(upTo: 8)?.map(\.work) == ["a", "b"])
        #expect(queue.take(upTo: 8)?.map(\.work) == ["c"])
    }

    @Test func `jobs of clients that have hung up are dropped, and make room`() throws {
        let queue = queue(2)
        let isConnected = Mutex(true)
        let dropped = Mutex<[ErrorCode]>([])
        let ticket = JobTicket { isConnected.withLock { $0 } }
        try queue.put(
            (0 ..< 2).map { number in
                Queue.Job(work: "gone \(number)", pixels: 0, ticket: ticket) { error in
                    dropped.withLock { $0.append(error.code) }
                }
            })
        isConnected.withLock { $0 = false }
        try queue.put(jobs("b", "c"))
        #expect(dropped.withLock { $0 } == [.shuttingDown, .shuttingDown])
        #expect(queue.take(upTo: 8)?.map(\.work) == ["b", "c"])

        let canceled = JobTicket()
        try queue.put(jobs("d", ticket: canceled))
        canceled.cancel()
        queue.dropUnwanted()
        #expect(queue.depth == 0)
        #expect { try canceled.check() } throws: { ($0 as? APIError)?.code == .shuttingDown }
    }

    @Test func `a closed queue returns its jobs and rejects further ones`() throws {
        let queue = queue(3)
        try queue.put(jobs("a"))
        queue.close()
        #expect { try queue.put(jobs("b")) } throws: { ($0 as? APIError)?.code == .shuttingDown }
        #expect(queue.take(upTo: 2)?.count == 1)
        #expect(queue.take(upTo: 2) == nil)
        #expect(queue.take(upTo: 2, from: .large) == nil)
    }

    @Test func `a thread waits for announced jobs until they are withdrawn`() throws {
        let queue = queue(8, gatherSeconds: 3600)
        queue.announce()
        queue.announce()
        try queue.put(jobs("a"))
        let taken = Mutex<[String]?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let names = queue.take(upTo: 8)?.map(\.work)
            taken.withLock { $0 = names }
            done.signal()
        }
        queue.withdraw()
        #expect(done.wait(timeout: .now() + 0.2) == .timedOut)
        try queue.put(jobs("b"))
        queue.withdraw()
        done.wait()
        #expect(taken.withLock { $0 } == ["a", "b"])
    }
}
