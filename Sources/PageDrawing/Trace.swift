/// Samples and the frame on the page in which they are drawn.
public struct Trace: Sendable, Equatable {
    /// The mapping of mV to a frame's height.
    public enum Scale: Sendable, Equatable {
        /// The lowest sample in the window at the bottom edge and the highest at the top: shapes without voltages.
        case fitted
        /// These mV at the bottom and the top edge. Values outside the range are drawn outside the frame.
        case millivolts(ClosedRange<Double>)
    }

    /// mV; NaN interrupts the line.
    public var samples: [Double]
    /// Samples per second (Hz).
    public var samplingRate: Double
    /// Times at the left and the right edge of the frame, in seconds after the first sample.
    public var window: ClosedRange<Double>
    public var frame: Frame
    public var scale: Scale

    /// - Precondition: `samplingRate` is positive; `window` and a range of mV are not empty.
    public init(
        samples: [Double], samplingRate: Double, window: ClosedRange<Double>, frame: Frame, scale: Scale = .fitted
    ) {
        precondition(samplingRate > 0, "a sampling rate of \(samplingRate) Hz")
        precondition(window.upperBound > window.lowerBound, "a window without length at \(window.lowerBound) s")
        if case .millivolts(let range) = scale {
            precondition(range.upperBound > range.lowerBound, "a scale from and to \(range.lowerBound) mV")
        }
        self.samples = samples
        self.samplingRate = samplingRate
        self.window = window
        self.frame = frame
        self.scale = scale
    }

    /// Returns the trace as lines in pixels, one for each stretch without NaN. A line ends with the last sample in the
    /// window or where it crosses the window's edge.
    func lines() -> [[Point]] {
        var lines: [[Point]] = []
        var line: [Point] = []
        for (time, value) in visible() {
            if value.isNaN {
                if !line.isEmpty { lines.append(line) }
                line = []
            } else {
                line.append(Point(x: time, y: value))
            }
        }
        if !line.isEmpty { lines.append(line) }
        guard let range = range(of: lines) else { return [] }
        let across = frame.width / (window.upperBound - window.lowerBound)
        let up = frame.height / (range.upperBound - range.lowerBound)
        return lines.map { line in
            line.map { point in
                Point(
                    x: frame.left + (point.x - window.lowerBound) * across,
                    y: frame.top + (range.upperBound - point.y) * up)
            }
        }
    }

    /// Returns times in seconds and samples in the window, including the points where the trace crosses its edges.
    private func visible() -> [(Double, Double)] {
        guard !samples.isEmpty else { return [] }
        let from = window.lowerBound * samplingRate
        let to = window.upperBound * samplingRate
        var points: [(Double, Double)] = []
        func addCrossing(at place: Double) {
            let index = Int(place.rounded(.down))
            guard place != Double(index), index >= 0, index + 1 < samples.count else { return }
            let share = place - Double(index)
            points.append((place / samplingRate, samples[index] * (1 - share) + samples[index + 1] * share))
        }
        addCrossing(at: from)
        let first = max(Int(from.rounded(.up)), 0)
        let last = min(Int(to.rounded(.down)), samples.count - 1)
        if first <= last {
            for index in first ... last { points.append((Double(index) / samplingRate, samples[index])) }
        }
        addCrossing(at: to)
        return points
    }

    /// Returns the mV at the frame's bottom and top; nil if there is nothing to draw.
    private func range(of lines: [[Point]]) -> ClosedRange<Double>? {
        let values = lines.joined().map(\.y)
        guard let lowest = values.min(), let highest = values.max() else { return nil }
        switch scale {
        case .millivolts(let range): return range
        case .fitted where highest > lowest: return lowest ... highest
        // A flat line is centered.
        case .fitted: return lowest - 0.5 ... lowest + 0.5
        }
    }
}

/// A place on the page in pixels from the top left corner. The center of the first pixel is (0.5, 0.5).
struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
}
