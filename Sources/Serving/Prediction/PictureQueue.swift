import APIErrors
import Foundation
import Inference

/// Pictures that wait for a thread, first come, first served, at most `capacity` of them.
///
/// One lock and one condition: threads of the prediction service block on it, tasks of the server never do for longer
/// than it takes to append.
final class PictureQueue: @unchecked Sendable {
    struct Item: Sendable {
        let picture: UploadedPicture
        /// Is called once, on the thread that has worked on the picture.
        let completion: @Sendable (Result<Prediction, Refusal>) -> Void
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
    ///   - gatherSeconds: how long a taker waits for announced pictures.
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

    /// Puts all of them in, or none.
    ///
    /// - Throws: `Refusal`.
    func put(_ new: [Item]) throws {
        try condition.withLock {
            guard !isClosed else { throw Refusal.shuttingDown }
            guard items.count + new.count <= capacity else { throw Refusal.busy("too many pictures wait") }
            items += new
            condition.broadcast()
        }
    }

    /// The next pictures; waits for them. Nil once the queue is closed and empty.
    func take(upTo limit: Int) -> [Item]? {
        condition.withLock {
            idle += 1
            defer { idle -= 1 }
            while items.isEmpty {
                if isClosed { return nil }
                condition.wait()
            }
            gather(limit)
            // Another thread may have taken them in the meantime.
            guard !items.isEmpty else { return [] }
            // What is there is shared out among the threads that have nothing to do.
            let share = (items.count + idle - 1) / idle
            let taken = Array(items.prefix(min(limit, share)))
            items.removeFirst(taken.count)
            return taken
        }
    }

    /// Waits a moment for pictures that are still arriving, so that they share the batch.
    private func gather(_ limit: Int) {
        let deadline = Date(timeIntervalSinceNow: gatherSeconds)
        while !items.isEmpty, items.count < limit * idle, announced > 0, !isClosed {
            if !condition.wait(until: deadline) { return }
        }
    }

    /// Refuses what comes from now on; what waits is still taken.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}
