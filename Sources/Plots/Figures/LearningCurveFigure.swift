/// Loss or a metric after each training epoch.
public struct LearningCurveFigure: Figure {
    public struct Series: Sendable {
        public var name: String
        /// One value per epoch, from the first; NaN if not measured.
        public var values: [Double]

        public init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    public var title: String
    /// The name of the values, with their unit if any.
    public var metric: String
    public var series: [Series]
    /// The epoch, from 1, whose network was kept.
    public var keptEpoch: Int?

    public init(title: String, metric: String, series: [Series], keptEpoch: Int? = nil) {
        self.title = title
        self.metric = metric
        self.series = series
        self.keptEpoch = keptEpoch
    }

    public var summary: String {
        "\(metric) against epoch. Last values: "
            + series.map { one in
                "\(one.name) \(NumberText.spoken(one.values.last(where: \.isFinite) ?? .nan, 4))"
            }.joined(separator: ", ") + "." + (keptEpoch.map { " Kept: epoch \($0)." } ?? "")
    }

    public func drawing() throws -> Drawing {
        let values = series.flatMap(\.values).filter(\.isFinite)
        guard let lowest = values.min(), let highest = values.max() else {
            throw PlotError.nothingToDraw(figure: title, reason: "no epoch has a value")
        }
        let margin = highest > lowest ? (highest - lowest) * 0.05 : max(abs(highest) * 0.1, 1e-9)
        let epochs = series.map(\.values.count).max() ?? 1
        var script = GnuplotScript()
        script.run("set xrange [0.5:\(Double(epochs) + 0.5)]")
        script.run("set yrange [\(lowest - margin):\(highest + margin)]")
        script.run("set xtics 1,\(CountAxis.step(upTo: epochs, tics: 12))")
        script.run("set grid xtics ytics")
        script.run("set xlabel \("Epoch")")
        script.run("set ylabel \(PlainText.oneLine(metric, upTo: 50))")
        script.run("set key outside bottom center horizontal Left reverse")
        if let keptEpoch {
            script.run(
                """
                set arrow 1 from \(keptEpoch), graph 0 to \(keptEpoch), graph 1 nohead dashtype 2 \
                linecolor \(Color.axis) back
                """)
            script.run(
                "set label 1 \("kept") at \(keptEpoch), graph 0.97 offset 0.6,0 left textcolor \(Color.axis)")
        }
        let items = series.enumerated().map { index, one in
            let points = CurvePoints(x: one.values.indices.map { Double($0 + 1) }, y: one.values)
            let style: GnuplotCommand = "\(SeriesStyle.line(index)) pointtype 7 pointsize \(epochs <= 40 ? 0.7 : 0.01)"
            return script.line(points, titled: PlainText.oneLine(one.name, upTo: 30), with: "linespoints", style: style)
        }
        script.plot(items)
        return Drawing(title: title, summary: summary, size: FigureSize(), body: script)
    }
}
