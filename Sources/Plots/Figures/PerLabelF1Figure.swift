/// One value per label with its 95 % interval and number of samples.
public struct PerLabelF1Figure: Figure {
    public struct Row: Sendable {
        public var label: String
        /// The value, 0…1; NaN if undefined.
        public var value: Double
        /// The 95 % interval.
        public var interval: ClosedRange<Double>?
        /// The number of samples with the label.
        public var support: Int?

        public init(label: String, value: Double, interval: ClosedRange<Double>? = nil, support: Int? = nil) {
            self.label = label
            self.value = value
            self.interval = interval
            self.support = support
        }
    }

    public var title: String
    public var rows: [Row]
    /// The mean over labels, drawn as a line.
    public var macro: Double?
    /// The name of the values.
    public var metric: String
    /// The name of the intervals.
    public var range: String
    /// The range of the axis; nil for 0…1.
    public var axis: ClosedRange<Double>?

    public init(
        title: String, rows: [Row], macro: Double? = nil, metric: String = "F1", range: String = "95 % interval",
        axis: ClosedRange<Double>? = nil
    ) {
        self.axis = axis
        self.range = range
        self.title = title
        self.rows = rows
        self.macro = macro
        self.metric = metric
    }

    public var summary: String {
        let values = rows.map { row in
            "\(row.label) \(NumberText.spoken(row.value))" + (row.interval.map { " [\($0.text)]" } ?? "")
        }
        return "\(metric) per label with 95 % intervals: " + values.joined(separator: ", ") + "."
    }

    public func drawing() throws -> Drawing {
        guard !rows.isEmpty else { throw PlotError.nothingToDraw(figure: title, reason: "there are no labels") }
        var script = GnuplotScript()
        script.useRowNames(rows.map(\.label))
        if let axis {
            script.run("set xrange [\(axis.lowerBound):\(axis.upperBound)]")
            script.run("set xtics \((axis.upperBound - axis.lowerBound) / 5) format \("%.4g")")
        } else {
            script.run("set xrange [0:1]")
            script.run("set xtics 0.2 format \("%.1f")")
        }
        script.run("set grid xtics")
        script.run("set xlabel \("\(PlainText.oneLine(metric, upTo: 24)) (point) and \(range) (line)")")
        script.run("set rmargin 34")
        script.run("unset key")
        for (index, row) in rows.enumerated() {
            let interval = row.interval.map { " [\($0.text)]" } ?? ""
            let support = row.support.map { "  n = \(NumberText.count($0))" } ?? ""
            script.run(
                """
                set label \(index + 1) \(NumberText.fixed(row.value) + interval + support) at graph 1.02, \
                first \(index) left textcolor \(Color.ink)
                """)
        }
        let numbers = rows.enumerated().map { index, row in
            [row.value, Double(index), row.interval?.lowerBound ?? .nan, row.interval?.upperBound ?? .nan]
        }
        let block = script.block(numbers)
        var items: [GnuplotCommand] = ["NaN notitle"]
        if rows.contains(where: { $0.interval != nil }) {
            items.append(
                """
                \(block) using 3:2:($4-$3):(0) with vectors nohead linewidth 3 linecolor \(Color.main.tint(0.45))
                """)
        }
        if rows.contains(where: { $0.value.isFinite }) {
            items.append("\(block) using 1:2 with points pointtype 7 pointsize 1.1 linecolor \(Color.main)")
        }
        if let macro, macro.isFinite {
            script.run(
                """
                set arrow 1 from \(macro), graph 0 to \(macro), graph 1 nohead dashtype 2 \
                linecolor \(Color.axis) back
                """)
            script.run(
                """
                set label \(rows.count + 1) \("mean \(NumberText.fixed(macro))") at \(macro), graph 1.0 \
                offset 0,0.6 center font \("DejaVu Sans,11") textcolor \(Color.axis)
                """)
        }
        script.plot(items)
        let size = FigureSize.rows(rows.count, each: 42, besides: 150)
        return Drawing(title: title, summary: summary, size: size, body: script)
    }
}

extension ClosedRange<Double> {
    /// Both ends with three decimals.
    var text: String { "\(NumberText.fixed(lowerBound)), \(NumberText.fixed(upperBound))" }
}
