import Foundation
import Synchronization

/// A thread that runs bcrypt when it is told to, and rings a bell when it is done.
///
/// In spare time it may be kept from running at any instruction, for seconds. So it takes no lock that others take and
/// neither allocates nor frees: all it has to do with others is in semaphores and one atomic.
final class PasswordWorker: Sendable {
    private let room = BcryptRoom()
    private let start = DispatchSemaphore(value: 0)
    private let isDone = Atomic<Bool>(false)
    private let isToEnd = Atomic<Bool>(false)

    init(name: String, priority: ThreadPriority, bell: DispatchSemaphore) {
        let thread = Thread { [self] in
            priority.takeForThisThread()
            // Foundation gives it to the system for a thread that runs only.
            Thread.current.name = name
            while true {
                start.wait()
                if isToEnd.load(ordering: .acquiring) { return }
                room.run()
                isDone.store(true, ordering: .releasing)
                bell.signal()
            }
        }
        thread.start()
    }

    /// - Precondition: it is not at work.
    func begin(_ work: PasswordWork) {
        room.load(work)
        start.signal()
    }

    /// What it has done since it began, and what that took of a core; nil as long as it is at work, and once told.
    func takeOutcome() -> (outcome: PasswordWork.Outcome, seconds: Double)? {
        guard isDone.exchange(false, ordering: .acquiring) else { return nil }
        return (room.unload(), room.seconds)
    }

    /// Lets the thread end when it has nothing to do.
    func stop() {
        isToEnd.store(true, ordering: .releasing)
        start.signal()
    }
}

/// How much of the machine a thread gets while others want it too.
enum ThreadPriority {
    /// Nearly nothing: it gives way to any other thread at once, and the scheduler takes a core that it is on for a free
    /// one. Another thread that wants such a core for 8 ms loses 4 of them to it one time in fifty, where beside nice 15 it
    /// would be one in twelve (Linux 6.18). No thread comes back from here by itself, unless `RLIMIT_NICE` lets it.
    case spareTime
    /// A quarter of a core that another thread wants all of.
    case modest

    /// Linux has this priority for each thread. Where the system refuses (a sandbox's filter, say) it stays what it is.
    func takeForThisThread() {
        switch self {
        case .spareTime:
            // Counts where the policy is refused.
            setpriority(Int32(PRIO_PROCESS.rawValue), 0, 15)
            var none = sched_param()
            sched_setscheduler(0, Self.idle, &none)
        case .modest: setpriority(Int32(PRIO_PROCESS.rawValue), 0, 5)
        }
    }

    /// `SCHED_IDLE`, which glibc has for C with its extensions only.
    private static let idle: Int32 = 5
}
