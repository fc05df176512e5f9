import Foundation
import Synchronization

/// Shows the progress of a task on stderr: a bar on a terminal, otherwise a line every ten seconds.
public final class ProgressBar: Sendable {
    private struct State {
        var started = ContinuousClock.now
        var firstDone: Int?
        var lastShown: ContinuousClock.Instant?
        var isFinished = false
    }

    private static let isDisabled = Atomic(false)

    private let title: String
    private let unit: String
    private let isTerminal: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - title: The name of the task, for example `Features`.
    ///   - unit: The unit of progress, for example `images`.
    public init(_ title: String, unit: String) {
        self.title = title
        self.unit = unit
        isTerminal = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Shows no progress from now on, in processes whose work another one shows.
    public static func disable() { isDisabled.store(true, ordering: .relaxed) }

    /// Shows that `done` of `total` are finished. Can be called from any thread at any rate, because output is limited.
    public func show(_ done: Int, of total: Int) {
        if Self.isDisabled.load(ordering: .relaxed) { return }
        let line: String? = state.withLock { state in
            let now = ContinuousClock.now
            if state.isFinished { return nil }
            // Exclude cached items, which are done at the start, from the rate.
            let first = state.firstDone ?? done
            if state.firstDone == nil {
                state.firstDone = done
                state.started = now
            }
            let last = done >= total
            if !last, let shown = state.lastShown, now - shown < (isTerminal ? .milliseconds(100) : .seconds(10)) {
                return nil
            }
            if !last, !isTerminal, state.lastShown == nil {
                state.lastShown = now
                return nil
            }
            state.lastShown = now
            state.isFinished = last
            let elapsed =
                Double((now - state.started).components.seconds)
                + Double((now - state.started).components.attoseconds) * 1e-18
            return text(done, total, rate: elapsed > 0 ? Double(done - first) / elapsed : 0, elapsed: elapsed)
        }
        guard let line else { return }
        FileHandle.standardError.write(Data(line.utf8))
    }

    private func text(_ done: Int, _ total: Int, rate: Double, elapsed: Double) -> String {
        let share = total > 0 ? Double(done) / Double(total) : 1
        let speed = rate > 0 ? String(format: rate < 10 ? "%.1f %@/s" : "%.0f %@/s", rate, unit as NSString) : ""
        let time: String
        if done >= total {
            time = "in \(Self.duration(elapsed))"
        } else {
            time = rate > 0 ? "\(Self.duration(Double(total - done) / rate)) left" : ""
        }
        let figures = ["\(done) of \(total)", speed, time].filter { !$0.isEmpty }.joined(separator: ", ")
        guard isTerminal else { return "\(title): \(figures)\n" }
        let width = 30
        let filled = Int(share * Double(width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        // Carriage return and "erase to end of line": the next call overwrites this line.
        return "\r\u{1B}[K\(title) \(bar) \(figures)" + (done >= total ? "\n" : "")
    }

    /// Formats a duration as `45 s`, `3 min 20 s` or `1 h 05 min`.
    package static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
    }
}
