/// Precision against recall, one stepped curve per label, each with a line at its prevalence, the precision of
/// guessing.
public struct PrecisionRecallFigure: Figure {
    public struct Curve: Sendable {
        public var label: String
        /// Recall along the curve, ascending or descending; empty if the curve is undefined.
        public var recall: [Double]
        public var precision: [Double]
        /// The share of positive samples.
        public var prevalence: Double
        /// Average precision; nil if undefined.
        public var averagePrecision: Double?

        /// - Precondition: `recall` and `precision` have the same length.
        public init(
            label: String, recall: [Double], precision: [Double], prevalence: Double, averagePrecision: Double?
        ) {
            precondition(recall.count == precision.count, "\(recall.count) recalls and \(precision.count) precisions")
            self.label = label
            self.recall = recall
            self.precision = precision
            self.prevalence = prevalence
            self.averagePrecision = averagePrecision
        }
    }

    public var title: String
    public var curves: [Curve]

    public init(title: String, curves: [Curve]) {
        self.title = title
        self.curves = curves
    }

    public var summary: String {
        "Precision against recall. Average precision (prevalence): "
            + curves.map {
                "\($0.label) \(NumberText.spoken($0.averagePrecision)) (\(NumberText.spoken($0.prevalence)))"
            }.joined(separator: ", ") + "."
    }

    public func drawing() throws -> Drawing {
        guard !curves.isEmpty else { throw PlotError.nothingToDraw(figure: title, reason: "there are no curves") }
        var script = GnuplotScript()
        script.useUnitSquare()
        script.run("set xlabel \("Recall (sensitivity)")")
        script.run("set ylabel \("Precision (positive predictive value)")")
        script.useLegendOutside(entries: curves.count + 1, title: "Label: average precision")

        var items: [GnuplotCommand] = []
        for (index, curve) in curves.enumerated() {
            let entry = "\(PlainText.oneLine(curve.label, upTo: 18)): \(NumberText.fixed(curve.averagePrecision))"
            items.append(script.line(curve.steps.thinned(), titled: entry, style: SeriesStyle.line(index)))
            if curve.prevalence.isFinite {
                items.append(
                    """
                    \(curve.prevalence) with lines dashtype 3 linewidth 1 linecolor \(SeriesStyle.color(index)) notitle
                    """)
            }
        }
        items.append("NaN with lines dashtype 3 linewidth 1 linecolor \(Color.axis) title \("prevalence")")
        script.plot(items)
        return Drawing(title: title, summary: summary, size: FigureSize(), body: script)
    }
}

extension PrecisionRecallFigure.Curve {
    /// The corners of the curve whose area is the average precision: each precision holds from the previous recall to
    /// its own. Straight lines between the points would show values that no threshold reaches.
    var steps: CurvePoints {
        let isDescending = (recall.first ?? 0) > (recall.last ?? 0)
        let (recall, precision) = isDescending ? (recall.reversed(), precision.reversed()) : (recall, precision)
        var corners = CurvePoints(x: [], y: [])
        for (x, y) in zip(recall, precision) {
            if let before = corners.x.last { corners.append(x: before, y: y) }
            corners.append(x: x, y: y)
        }
        return corners
    }
}
