/// Paired differences between two results, with intervals and a line at zero.
public struct ComparisonFigure: Figure {
    public struct Row: Sendable {
        /// The name of a metric or label.
        public var name: String
        /// The second result minus the first; NaN if undefined.
        public var difference: Double
        /// The 95 % interval of the difference.
        public var interval: ClosedRange<Double>?

        public init(name: String, difference: Double, interval: ClosedRange<Double>?) {
            self.name = name
            self.difference = difference
            self.interval = interval
        }

        /// Whether the interval excludes zero.
        var isClear: Bool { interval.map { !$0.contains(0) } ?? false }
    }

    public var title: String
    /// The names of the two results.
    public var first: String
    public var second: String
    public var rows: [Row]

    public init(title: String, first: String, second: String, rows: [Row]) {
        self.title = title
        self.first = first
        self.second = second
        self.rows = rows
    }

    public var summary: String {
        let texts = rows.map { row in
            guard row.difference.isFinite else { return "\(row.name) undefined" }
            return "\(row.name) \(NumberText.signed(row.difference))" + (row.interval.map { " [\($0.text)]" } ?? "")
        }
        return "Paired differences, \(second) minus \(first), with 95 % intervals: " + texts.joined(separator: ", ")
            + "."
    }

    public func drawing() throws -> Drawing {
        guard !rows.isEmpty else { throw PlotError.nothingToDraw(figure: title, reason: "there are no rows") }
        let ends = rows.flatMap { [$0.difference, $0.interval?.lowerBound ?? .nan, $0.interval?.upperBound ?? .nan] }
        let furthest = ends.filter(\.isFinite).map(abs).max() ?? 0
        let reach = furthest > 0 ? furthest * 1.15 : 1
        var script = GnuplotScript()
        script.useRowNames(rows.map(\.name))
        script.run("set xrange [\(-reach):\(reach)]")
        script.run("set xtics autofreq format \("%g")")
        script.run("set grid xtics")
        let names = [first, second].map { PlainText.oneLine($0, upTo: 24) }
        script.run("set xlabel \("← \(names[0]) higher     Difference with 95 % interval     \(names[1]) higher →")")
        script.run("set rmargin 30")
        script.run("unset key")
        script.run("set arrow 1 from 0, graph 0 to 0, graph 1 nohead linewidth 1.5 linecolor \(Color.axis) back")
        for (index, row) in rows.enumerated() {
            let interval = row.interval.map { " [\($0.text)]" } ?? ""
            script.run(
                """
                set label \(index + 1) \(NumberText.signed(row.difference) + interval) at graph 1.02, \
                first \(index) left textcolor \(row.isClear ? Color.ink : Color.axis)
                """)
        }
        var items: [GnuplotCommand] = ["NaN notitle"]
        for isClear in [true, false] {
            let color = isClear ? Color.main : Color.faint
            let members = rows.enumerated().filter { $0.element.isClear == isClear && $0.element.difference.isFinite }
            guard !members.isEmpty else { continue }
            let block = script.block(
                members.map { index, row in
                    let interval = row.interval ?? row.difference ... row.difference
                    return [row.difference, Double(index), interval.lowerBound, interval.upperBound]
                })
            items.append("\(block) using 3:2:($4-$3):(0) with vectors nohead linewidth 3 linecolor \(color.tint(0.5))")
            items.append("\(block) using 1:2 with points pointtype 7 pointsize 1.1 linecolor \(color)")
        }
        script.plot(items)
        let size = FigureSize.rows(rows.count, each: 42, besides: 150)
        return Drawing(title: title, summary: summary, size: size, body: script)
    }
}
