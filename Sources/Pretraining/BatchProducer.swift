import Foundation
import Synchronization

/// Produces batches in background threads and returns them in order.
///
/// A batch depends on its number alone. The threads run at low priority (nice 5), so that computing threads go first.
/// At most `threads + ahead` batches wait or are in production.
final class BatchProducer<Batch: Sendable>: Sendable {
    private struct State {
        var next: Int
        var made: [Int: Batch] = [:]
        var isStopped = false
    }

    private let make: @Sendable (Int) -> Batch
    private let end: Int
    private let threads: Int
    private let state: Mutex<State>
    private let room: DispatchSemaphore
    private let done = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - range: the batch numbers.
    ///   - threads: the number of background threads; 0 produces each batch on demand.
    ///   - ahead: the number of batches that may wait, in addition to one per thread.
    init(_ range: Range<Int>, threads: Int, ahead: Int, make: @escaping @Sendable (Int) -> Batch) {
        self.make = make
        self.threads = threads
        end = range.upperBound
        state = Mutex(State(next: range.lowerBound))
        room = DispatchSemaphore(value: 0)
        for _ in 0 ..< threads + ahead { room.signal() }
        for _ in 0 ..< threads {
            let thread = Thread { [self] in work() }
            thread.name = "pictures"
            thread.start()
        }
    }

    /// Returns a batch. Callers request numbers in ascending order.
    func batch(_ number: Int) -> Batch {
        if threads == 0 { return make(number) }
        while true {
            let batch = state.withLock { $0.made.removeValue(forKey: number) }
            if let batch {
                room.signal()
                return batch
            }
            done.wait()
        }
    }

    /// Ends the threads after the batches in production.
    func stop() {
        state.withLock { $0.isStopped = true }
        for _ in 0 ..< threads { room.signal() }
    }

    private func work() {
        // On Linux this sets the priority of the calling thread only.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
        while true {
            room.wait()
            let number: Int? = state.withLock { state in
                guard !state.isStopped, state.next < end else { return nil }
                defer { state.next += 1 }
                return state.next
            }
            guard let number else { return }
            let batch = make(number)
            state.withLock { $0.made[number] = batch }
            done.signal()
        }
    }
}
