import Foundation

/// One metric for each run of a sweep or candidate of a search.
public struct SweepFigure: Figure {
    public struct Row: Sendable {
        /// The number of the run and its values.
        public var name: String
        /// The value; NaN if undefined.
        public var value: Double
        /// The interval that `range` names.
        public var interval: ClosedRange<Double>?

        public init(name: String, value: Double, interval: ClosedRange<Double>? = nil) {
            self.name = name
            self.value = value
            self.interval = interval
        }
    }

    public var title: String
    /// The name of the values.
    public var metric: String
    /// The name of the intervals.
    public var range: String
    public var rows: [Row]

    public init(title: String, metric: String, range: String = "95 % interval", rows: [Row]) {
        self.title = title
        self.metric = metric
        self.range = range
        self.rows = rows
    }

    public var summary: String {
        let values = rows.map { row in
            "run \(row.name) \(NumberText.spoken(row.value))" + (row.interval.map { " [\($0.text)]" } ?? "")
        }
        return "\(metric) of each run (\(range)): " + values.joined(separator: "; ") + "."
    }

    public func drawing() throws -> Drawing {
        guard !rows.isEmpty else { throw PlotError.nothingToDraw(figure: title, reason: "no run is finished") }
        let drawing = try PerLabelF1Figure(
            title: title,
            rows: rows.map { PerLabelF1Figure.Row(label: $0.name, value: $0.value, interval: $0.interval) },
            metric: metric, range: range, axis: axis
        ).drawing()
        return drawing.described(as: summary)
    }

    /// The axis range in round numbers around all values, whose differences are often a few hundredths.
    var axis: ClosedRange<Double> {
        let ends = rows.flatMap { [$0.value, $0.interval?.lowerBound ?? .nan, $0.interval?.upperBound ?? .nan] }
            .filter(\.isFinite)
        guard let low = ends.min(), let high = ends.max() else { return 0 ... 1 }
        // The axis has five parts of 1, 2 or 5 times a power of ten.
        let least = max((high - low) / 5, 1e-4)
        let power = pow(10, log10(least).rounded(.down))
        for part in [1, 2, 5, 10, 20].map({ $0 * power }) {
            let start = (low / part + 1e-9).rounded(.down) * part
            if start + 5 * part >= high { return start ... start + 5 * part }
        }
        return low ... high
    }
}
