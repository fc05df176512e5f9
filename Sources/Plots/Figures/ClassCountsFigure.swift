/// The number of samples with each label before and after balancing.
public struct ClassCountsFigure: Figure {
    public struct Row: Sendable {
        public var label: String
        public var before: Int
        /// nil without balancing.
        public var after: Int?

        public init(label: String, before: Int, after: Int? = nil) {
            self.label = label
            self.before = before
            self.after = after
        }
    }

    public var title: String
    public var rows: [Row]

    public init(title: String, rows: [Row]) {
        self.title = title
        self.rows = rows
    }

    public var summary: String {
        "Samples per label: "
            + rows.map { row in
                "\(row.label) \(row.before)" + (row.after.map { " before, \($0) after balancing" } ?? "")
            }.joined(separator: ", ") + "."
    }

    public func drawing() throws -> Drawing {
        guard !rows.isEmpty else { throw PlotError.nothingToDraw(figure: title, reason: "there are no labels") }
        var script = GnuplotScript()
        script.run("set ylabel \("Samples")")
        script.run("set format y \("%.0f")")
        var series = [
            GroupedBars.Series(
                name: "before balancing", color: Color.faint.tint(0.7), values: rows.map { Double($0.before) })
        ]
        if rows.contains(where: { $0.after != nil }) {
            series.append(
                .init(name: "after", color: Color.main, values: rows.map { $0.after.map(Double.init) ?? .nan }))
        } else {
            series[0].name = "samples"
            series[0].color = Color.main
        }
        GroupedBars(
            groups: rows.map(\.label), series: series, text: { NumberText.count(Int($0)) }
        ).draw(in: &script)
        return Drawing(title: title, summary: summary, size: FigureSize(), body: script)
    }
}
