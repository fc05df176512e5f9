import Foundation
import Synchronization

/// A thread that runs bcrypt on demand and signals a semaphore when it has finished.
///
/// At low priority the scheduler may suspend the thread for seconds, at any instruction. It therefore takes no shared
/// lock and does not allocate or free memory. It communicates through semaphores and one atomic only.
final class PasswordWorker: Sendable {
    private let memory = BcryptMemory()
    private let start = DispatchSemaphore(value: 0)
    private let isDone = Atomic<Bool>(false)
    private let isToEnd = Atomic<Bool>(false)

    init(name: String, priority: ThreadPriority, wakeUp: DispatchSemaphore) {
        let thread = Thread { [self] in
            priority.takeForThisThread()
            // Foundation sets the name only for a running thread.
            Thread.current.name = name
            while true {
                start.wait()
                if isToEnd.load(ordering: .acquiring) { return }
                memory.run()
                isDone.store(true, ordering: .releasing)
                wakeUp.signal()
            }
        }
        thread.start()
    }

    /// - Precondition: The worker is idle.
    func begin(_ work: PasswordWork) {
        memory.load(work)
        start.signal()
    }

    /// Returns the outcome of the last work and its processor time, once; nil while the worker is busy.
    func takeOutcome() -> (outcome: PasswordWork.Outcome, seconds: Double)? {
        guard isDone.exchange(false, ordering: .acquiring) else { return nil }
        return (memory.unload(), memory.seconds)
    }

    /// Lets the thread end after its current work.
    func stop() {
        isToEnd.store(true, ordering: .releasing)
        start.signal()
    }
}

/// The share of the processor that a thread gets while other threads compete for it.
package enum ThreadPriority {
    /// Almost none: every other thread preempts it, and the scheduler moves other threads away from its core.
    ///
    /// A thread that needs such a core for 8 ms loses 4 ms in one of 50 cases; at nice 15 it would be one in 12 (measured
    /// on Linux 6.18). A thread cannot leave this class again, unless `RLIMIT_NICE` allows it.
    case idle
    /// A quarter of a core that another thread uses fully.
    case low

    /// Sets the priority of the current thread. It stays unchanged where the system does not allow it, as in a sandbox.
    package func takeForThisThread() {
        switch self {
        case .idle:
            // Takes effect if the policy is not allowed.
            setpriority(Int32(PRIO_PROCESS.rawValue), 0, 15)
            var none = sched_param()
            sched_setscheduler(0, Self.idlePolicy, &none)
        case .low: setpriority(Int32(PRIO_PROCESS.rawValue), 0, 5)
        }
    }

    /// `SCHED_IDLE`. glibc declares it only with its extensions for C.
    private static let idlePolicy: Int32 = 5
}
