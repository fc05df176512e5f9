/// A metric on unchanged and on perturbed pictures, side by side.
public struct RobustnessFigure: Figure {
    public struct Perturbation: Sendable {
        public var name: String
        /// The metric under the perturbation; NaN if undefined.
        public var value: Double

        public init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    public var title: String
    public var metric: String
    /// The metric on the unchanged pictures.
    public var clean: Double
    public var perturbations: [Perturbation]

    public init(title: String, metric: String, clean: Double, perturbations: [Perturbation]) {
        self.title = title
        self.metric = metric
        self.clean = clean
        self.perturbations = perturbations
    }

    public var summary: String {
        "\(metric) on clean pictures \(NumberText.spoken(clean)); perturbed: "
            + perturbations.map { "\($0.name) \(NumberText.spoken($0.value))" }.joined(separator: ", ") + "."
    }

    public func drawing() throws -> Drawing {
        guard !perturbations.isEmpty else {
            throw PlotError.nothingToDraw(figure: title, reason: "there are no perturbations")
        }
        var script = GnuplotScript()
        script.run("set ylabel \(PlainText.oneLine(metric, upTo: 50))")
        GroupedBars(
            groups: perturbations.map(\.name),
            series: [
                .init(name: "clean", color: Color.faint.tint(0.7), values: perturbations.map { _ in clean }),
                .init(name: "perturbed", color: Color.main, values: perturbations.map(\.value)),
            ],
            text: { NumberText.fixed($0, 2) }
        ).draw(in: &script)
        return Drawing(title: title, summary: summary, size: FigureSize(), body: script)
    }
}
