import Foundation
import Synchronization
import Testing

@testable import APIErrors
@testable import Serving

struct PictureQueueTests {
    private func items(_ names: String...) -> [PictureQueue.Item] {
        names.map { .init(picture: UploadedPicture(name: $0, bytes: Data())) { _ in } }
    }

    @Test func `pictures leave in order, at most as many as requested`() throws {
        let queue = PictureQueue(capacity: 5, gatherSeconds: 0)
        try queue.put(items("a", "b"))
        try queue.put(items("c"))
        #expect(queue.depth == 3)
        #expect(queue.take(upTo: 2)?.map(\.picture.name) == ["a", "b"])
        #expect(queue.take(upTo: 2)?.map(\.picture.name) == ["c"])
    }

    @Test func `a request that does not fit is rejected as a whole`() throws {
        let queue = PictureQueue(capacity: 3, gatherSeconds: 0)
        try queue.put(items("a", "b"))
        #expect { try queue.put(items("c", "d")) } throws: {
            ($0 as? APIError)?.code == .busy && ($0 as? APIError)?.headers[.retryAfter] == "1"
        }
        #expect(queue.depth == 2)
        try queue.put(items("e"))
        #expect(queue.depth == 3)
    }

    @Test func `a closed queue returns its pictures and rejects further ones`() throws {
        let queue = PictureQueue(capacity: 3, gatherSeconds: 0)
        try queue.put(items("a"))
        queue.close()
        #expect { try queue.put(items("b")) } throws: { ($0 as? APIError)?.code == .shuttingDown }
        #expect(queue.take(upTo: 2)?.count == 1)
        #expect(queue.take(upTo: 2) == nil)
    }

    @Test func `a thread waits for announced pictures until they are withdrawn`() throws {
        let queue = PictureQueue(capacity: 8, gatherSeconds: 3600)
        queue.announce()
        queue.announce()
        try queue.put(items("a"))
        let taken = Mutex<[String]?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let names = queue.take(upTo: 8)?.map(\.picture.name)
            taken.withLock { $0 = names }
            done.signal()
        }
        queue.withdraw()
        #expect(done.wait(timeout: .now() + 0.2) == .timedOut)
        try queue.put(items("b"))
        queue.withdraw()
        done.wait()
        #expect(taken.withLock { $0 } == ["a", "b"])
    }
}
