import Foundation
import Synchronization

/// Makes the pieces of a long work ahead of their use, in threads of their own, and hands them out in order.
///
/// What a piece holds depends on its number alone. The threads give way to those that compute: they use what time these
/// leave, and no more than `ahead` pieces wait at a time.
final class BatchProducer<Piece: Sendable>: Sendable {
    private struct State {
        var next: Int
        var made: [Int: Piece] = [:]
        var isStopped = false
    }

    private let make: @Sendable (Int) -> Piece
    private let end: Int
    private let threads: Int
    private let state: Mutex<State>
    private let room: DispatchSemaphore
    private let done = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - range: the numbers of the pieces.
    ///   - threads: 0 makes each piece when it is asked for.
    ///   - ahead: how many pieces may wait or be in the making, beside those of the threads.
    init(_ range: Range<Int>, threads: Int, ahead: Int, make: @escaping @Sendable (Int) -> Piece) {
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

    /// The piece of a number; numbers are asked for in order.
    func piece(_ number: Int) -> Piece {
        if threads == 0 { return make(number) }
        while true {
            let piece = state.withLock { $0.made.removeValue(forKey: number) }
            if let piece {
                room.signal()
                return piece
            }
            done.wait()
        }
    }

    /// Ends the threads once they are done with what they have begun.
    func stop() {
        state.withLock { $0.isStopped = true }
        for _ in 0 ..< threads { room.signal() }
    }

    private func work() {
        // Of this thread alone, on Linux.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
        while true {
            room.wait()
            let number: Int? = state.withLock { state in
                guard !state.isStopped, state.next < end else { return nil }
                defer { state.next += 1 }
                return state.next
            }
            guard let number else { return }
            let piece = make(number)
            state.withLock { $0.made[number] = piece }
            done.signal()
        }
    }
}
