/// A metric on the same pictures as they are and under each disturbance, side by side.
public struct RobustnessFigure: Figure {
    public struct Disturbance: Sendable {
        public var name: String
        /// The metric under it; NaN where it is undefined.
        public var value: Double

        public init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    public var title: String
    public var metric: String
    /// The metric on the pictures as they are.
    public var clean: Double
    public var disturbances: [Disturbance]

    public init(title: String, metric: String, clean: Double, disturbances: [Disturbance]) {
        self.title = title
        self.metric = metric
        self.clean = clean
        self.disturbances = disturbances
    }

    public var summary: String {
        "\(metric) on clean pictures \(NumberText.spoken(clean)); disturbed: "
            + disturbances.map { "\($0.name) \(NumberText.spoken($0.value))" }.joined(separator: ", ") + "."
    }

    public func drawing() throws -> Drawing {
        guard !disturbances.isEmpty else {
            throw PlotError.nothingToDraw(figure: title, reason: "there are no disturbances")
        }
        var script = GnuplotScript()
        script.run("set ylabel \(PlainText.oneLine(metric, upTo: 50))")
        GroupedBars(
            groups: disturbances.map(\.name),
            series: [
                .init(name: "clean", colour: Colour.faint.tint(0.7), values: disturbances.map { _ in clean }),
                .init(name: "disturbed", colour: Colour.main, values: disturbances.map(\.value)),
            ],
            text: { NumberText.fixed($0, 2) }
        ).draw(in: &script)
        return Drawing(title: title, summary: summary, size: FigureSize(), body: script)
    }
}
