/// Receiver operating characteristics, one curve per label, with the diagonal of chance.
public struct ROCCurvesFigure: Figure {
    public struct Curve: Sendable {
        public var label: String
        /// False positive rates, ascending from 0 to 1; empty for a label without positives or negatives.
        public var falsePositiveRates: [Double]
        public var truePositiveRates: [Double]
        /// The area under the curve; nil if undefined.
        public var area: Double?

        /// - Precondition: both rates have the same length.
        public init(label: String, falsePositiveRates: [Double], truePositiveRates: [Double], area: Double?) {
            precondition(
                falsePositiveRates.count == truePositiveRates.count,
                "\(falsePositiveRates.count) false and \(truePositiveRates.count) true positive rates")
            self.label = label
            self.falsePositiveRates = falsePositiveRates
            self.truePositiveRates = truePositiveRates
            self.area = area
        }
    }

    public var title: String
    public var curves: [Curve]

    public init(title: String, curves: [Curve]) {
        self.title = title
        self.curves = curves
    }

    public var summary: String {
        "Receiver operating characteristic. Area under the curve: "
            + curves.map { "\($0.label) \(NumberText.spoken($0.area))" }.joined(separator: ", ") + "."
    }

    public func drawing() throws -> Drawing {
        guard !curves.isEmpty else { throw PlotError.nothingToDraw(figure: title, reason: "there are no curves") }
        var script = GnuplotScript()
        script.useUnitSquare()
        script.run("set xlabel \("False positive rate (1 − specificity)")")
        script.run("set ylabel \("True positive rate (sensitivity)")")
        script.useLegendOutside(entries: curves.count + 1, title: "Label: area under curve")

        var items: [GnuplotCommand] = []
        for (index, curve) in curves.enumerated() {
            let entry = "\(PlainText.oneLine(curve.label, upTo: 18)): \(NumberText.fixed(curve.area))"
            let points = CurvePoints(x: curve.falsePositiveRates, y: curve.truePositiveRates).thinned()
            items.append(script.line(points, titled: entry, style: SeriesStyle.line(index)))
        }
        let diagonal = CurvePoints(x: [0, 1], y: [0, 1])
        let dashes: GnuplotCommand = "dashtype 2 linewidth 1 linecolor \(Color.axis)"
        items.append(script.line(diagonal, titled: "chance: 0.500", style: dashes))
        script.plot(items)
        return Drawing(title: title, summary: summary, size: FigureSize(), body: script)
    }
}
