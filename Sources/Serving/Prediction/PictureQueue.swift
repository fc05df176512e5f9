import APIErrors
import Foundation
import Inference

/// A bounded first-in, first-out queue of pictures.
///
/// It has one lock and one condition. Prediction threads block on it; tasks of the server hold the lock only to append.
final class PictureQueue: @unchecked Sendable {
    struct Item: Sendable {
        let picture: UploadedPicture
        /// Called once, on the thread that has classified the picture.
        let completion: @Sendable (Result<Prediction, APIError>) -> Void
    }

    private let capacity: Int
    private let gatherSeconds: Double
    private let condition = NSCondition()

    // Guarded by `condition`.
    private var items: [Item] = []
    private var announced = 0
    private var idle = 0
    private var isClosed = false

    /// - Parameters:
    ///   - capacity: The maximum number of waiting pictures.
    ///   - gatherSeconds: The time to wait for announced pictures.
    init(capacity: Int, gatherSeconds: Double) {
        self.capacity = capacity
        self.gatherSeconds = gatherSeconds
    }

    var depth: Int {
        condition.withLock { items.count }
    }

    var isStopping: Bool { condition.withLock { isClosed } }

    func announce() { condition.withLock { announced += 1 } }

    func withdraw() {
        condition.withLock {
            announced -= 1
            condition.broadcast()
        }
    }

    /// Adds all pictures, or none.
    ///
    /// - Throws: `APIError` with `busy` if they do not fit, with `shuttingDown` if the queue is closed.
    func put(_ new: [Item]) throws {
        try condition.withLock {
            guard !isClosed else { throw APIError.shuttingDown }
            guard items.count + new.count <= capacity else { throw APIError.busy("too many pictures wait") }
            items += new
            condition.broadcast()
        }
    }

    /// Returns the next pictures, and waits for them; nil when the queue is closed and empty.
    func take(upTo limit: Int) -> [Item]? {
        condition.withLock {
            idle += 1
            defer { idle -= 1 }
            while items.isEmpty {
                if isClosed { return nil }
                condition.wait()
            }
            gather(limit)
            // Another thread may have taken them.
            guard !items.isEmpty else { return [] }
            // Idle threads share the waiting pictures.
            let share = (items.count + idle - 1) / idle
            let taken = Array(items.prefix(min(limit, share)))
            items.removeFirst(taken.count)
            return taken
        }
    }

    /// Waits briefly for announced pictures, so that they share the batch.
    private func gather(_ limit: Int) {
        let deadline = Date(timeIntervalSinceNow: gatherSeconds)
        while !items.isEmpty, items.count < limit * idle, announced > 0, !isClosed {
            if !condition.wait(until: deadline) { return }
        }
    }

    /// Rejects further pictures. Waiting ones can still be taken.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}
