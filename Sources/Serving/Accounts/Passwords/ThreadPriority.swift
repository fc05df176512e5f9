import Foundation

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
