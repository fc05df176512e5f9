import Foundation

/// Measurements of speed, which mean something in a build with optimization only.
package enum Speed {
    package static let absence = "no optimization, or no ../shared: speed is measured with swift build -c release"

    /// Whether this build is optimized.
    package static var isOptimized: Bool {
        var isDebug = false
        assert(
            {
                isDebug = true
                return true
            }())
        return !isDebug
    }

    /// The least time that `body` takes on a core, in milliseconds of this thread, of several rounds.
    package static func milliseconds(rounds: Int = 7, _ body: () throws -> Void) rethrows -> Double {
        var least = Double.infinity
        for _ in 0 ..< rounds {
            let start = threadTime()
            try body()
            least = min(least, threadTime() - start)
        }
        return 1000 * least
    }

    private static func threadTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
