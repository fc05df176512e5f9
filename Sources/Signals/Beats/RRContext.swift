import Foundation

/// The RR intervals around each beat, relative to what is usual there and in the whole recording.
package struct RRContext {
    /// Seconds before and after each beat, 0.15…3; at the ends the only neighbor counts twice.
    package let before: [Double]
    package let after: [Double]
    /// Seconds: the median of the intervals before the beats, among 8 beats to either side.
    package let local: [Double]
    /// True for usual beats that came on time: before within 15 % and after within 20 % of `local`.
    package let isOnTime: [Bool]
    /// Seconds: the median of the intervals before usual beats that came on time, among 20 beats to either side.
    package let usual: [Double]
    /// Seconds: the mean interval of the recording.
    package let mean: Double
    /// The share of intervals within 8 % of the local median, among 15 beats to either side.
    package let regularity: [Double]
    /// The 30th percentile of the change from one interval to the next over the median interval, among 30 beats to
    /// either side.
    package let irregularity: [Double]
    /// The runs of abruptly shorter intervals that the beats are in; nil outside runs.
    package let runs: [Run?]

    /// A run of abruptly shorter intervals.
    package struct Run: Equatable {
        /// Seconds: the interval before the run.
        package let reference: Double
        /// The first beat of the run.
        package let start: Int
    }

    /// - Parameters:
    ///   - times: seconds, ascending.
    ///   - isUsual: true for beats of the usual shape.
    package init(times: [Double], isUsual: [Bool]) {
        let intervals = zip(times, times.dropFirst()).map { min(max($1 - $0, 0.15), 3) }
        guard let first = intervals.first, let last = intervals.last else {
            self.before = times.map { _ in 1 }
            self.after = times.map { _ in 1 }
            self.usual = times.map { _ in 1 }
            local = times.map { _ in 1 }
            isOnTime = isUsual
            regularity = times.map { _ in 1 }
            irregularity = times.map { _ in 0 }
            runs = times.map { _ in nil }
            mean = 1
            return
        }
        let before = [first] + intervals
        let after = intervals + [last]
        let local = MovingWindow.median(before, width: 17)
        self.before = before
        self.after = after
        self.local = local
        let onTime = before.indices.map { index in
            isUsual[index] && abs(before[index] / local[index] - 1) < 0.15
                && abs(after[index] / local[index] - 1) < 0.2
        }
        isOnTime = onTime
        let usualBefore = before.indices.map { onTime[$0] ? before[$0] : .nan }
        let ofUsual = MovingWindow.median(usualBefore, width: 41)
        usual = ofUsual.indices.map { index in
            let window = max(0, index - 20) ..< min(onTime.count, index + 21)
            return window.count { onTime[$0] } > 4 ? ofUsual[index] : local[index]
        }
        mean = before.reduce(0, +) / Double(before.count)
        regularity = before.indices.map { index in
            let window = max(0, index - 15) ..< min(before.count, index + 16)
            let near = window.count { abs(before[$0] / local[index] - 1) < 0.08 }
            return Double(near) / Double(window.count)
        }
        let changes = [0] + zip(before, before.dropFirst()).map { abs($1 - $0) }
        let change = MovingWindow.percentile(changes, width: 61, share: 0.3)
        let middle = MovingWindow.median(before, width: 61)
        irregularity = zip(change, middle).map { $0 / $1 }
        runs = Self.runs(before, usual: usual)
    }

    /// ln(a/b) with the ratio limited to 0.2…5.
    package static func logRatio(_ a: Double, _ b: Double) -> Double { log(min(max(a / b, 0.2), 5)) }

    /// ln of the interval before the beat over the one before the run that the beat is in; 0 outside runs.
    func runPrematurity(_ beat: Int) -> Double {
        runs[beat].map { Self.logRatio(before[beat], $0.reference) } ?? 0
    }

    /// ln of the interval before the beat over the usual one.
    package func prematurity(_ beat: Int) -> Double { Self.logRatio(before[beat], usual[beat]) }

    /// ln of the interval before the beat over the recording's mean.
    func prematurityInRecording(_ beat: Int) -> Double { Self.logRatio(before[beat], mean) }

    /// ln of the interval after the beat over the usual one.
    func delayAfter(_ beat: Int) -> Double { Self.logRatio(after[beat], usual[beat]) }

    /// ln of the interval before the beat over the one before that.
    func abruptness(_ beat: Int) -> Double {
        beat > 0 ? Self.logRatio(before[beat], before[beat - 1]) : 0
    }

    /// True where the intervals are as irregular as in atrial fibrillation.
    func isIrregular(_ beat: Int) -> Bool { regularity[beat] < 0.4 && irregularity[beat] > 0.06 }

    /// A run starts with an abruptly shorter interval and ends when the interval from before it is back.
    private static func runs(_ before: [Double], usual: [Double]) -> [Run?] {
        let middle = MovingWindow.median(of: before)
        var run: Run?
        return before.indices.map { index in
            if let current = run, before[index] >= 0.88 * current.reference || index - current.start > 400 { run = nil }
            if run == nil, index > 0, before[index] < 0.85 * before[index - 1] {
                let recent = MovingWindow.median(of: before[max(0, index - 6) ..< index])
                if before[index] < 0.9 * max(middle, usual[index], recent) {
                    let last = MovingWindow.median(of: before[max(0, index - 4) ..< index])
                    let pause = before[index - 1] > 1.3 * middle ? before[index - 1] : 0
                    run = Run(reference: max(last, pause), start: index)
                }
            }
            return run
        }
    }
}
