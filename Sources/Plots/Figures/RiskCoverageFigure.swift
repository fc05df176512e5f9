/// The error among accepted samples against the share of samples that are accepted.
public struct RiskCoverageFigure: Figure {
    /// A threshold with its coverage and risk.
    public struct OperatingPoint: Sendable {
        public var name: String
        public var coverage: Double
        public var risk: Double

        public init(name: String = "Chosen threshold", coverage: Double, risk: Double) {
            self.name = name
            self.coverage = coverage
            self.risk = risk
        }
    }

    public var title: String
    /// Shares of accepted samples, 0…1, along the curve.
    public var coverage: [Double]
    /// The error among the accepted samples at each coverage; NaN if none is accepted.
    public var risk: [Double]
    public var chosen: OperatingPoint?
    /// A target risk, drawn as a line.
    public var targetRisk: Double?
    /// The name of the risk.
    public var riskName: String

    /// - Precondition: `coverage` and `risk` have the same length.
    public init(
        title: String, coverage: [Double], risk: [Double], chosen: OperatingPoint? = nil, targetRisk: Double? = nil,
        riskName: String = "Error among accepted samples"
    ) {
        precondition(coverage.count == risk.count, "\(coverage.count) coverages and \(risk.count) risks")
        self.title = title
        self.coverage = coverage
        self.risk = risk
        self.chosen = chosen
        self.targetRisk = targetRisk
        self.riskName = riskName
    }

    public var summary: String {
        var sentences = ["\(riskName) against the share of accepted samples."]
        if let chosen {
            let (coverage, risk) = (NumberText.spoken(chosen.coverage), NumberText.spoken(chosen.risk))
            sentences.append("\(chosen.name): coverage \(coverage), risk \(risk).")
        }
        if let targetRisk { sentences.append("Target risk: \(NumberText.spoken(targetRisk)).") }
        return sentences.joined(separator: " ")
    }

    public func drawing() throws -> Drawing {
        let highest = (risk + [chosen?.risk ?? .nan, targetRisk ?? .nan]).filter(\.isFinite).max() ?? 0
        guard zip(coverage, risk).contains(where: { $0.isFinite && $1.isFinite }) else {
            throw PlotError.nothingToDraw(figure: title, reason: "no coverage has a risk")
        }
        let top = highest > 0 ? highest * 1.15 : 1
        var script = GnuplotScript()
        script.run("set xrange [0:1.005]")
        script.run("set yrange [0:\(top)]")
        script.run("set xtics 0.1 format \("%.1f")")
        script.run("set grid xtics ytics")
        script.run("set xlabel \("Coverage (share of accepted samples)")")
        script.run("set ylabel \(PlainText.oneLine(riskName, upTo: 50))")
        script.run("set key inside left top Left reverse")
        // Thinned in units of the drawing, whose height may differ from 1.
        let scaled = CurvePoints(x: coverage, y: risk.map { $0 / top }).thinned()
        let points = CurvePoints(x: scaled.x, y: scaled.y.map { $0 * top })
        var items = [script.line(points, titled: "all thresholds", style: SeriesStyle.line(0))]
        if let targetRisk, targetRisk.isFinite {
            items.append(
                """
                \(targetRisk) with lines dashtype 2 linewidth 1.5 linecolor \(Color.axis) \
                title \("target: \(NumberText.fixed(targetRisk))")
                """)
        }
        if let chosen, chosen.coverage.isFinite, chosen.risk.isFinite {
            let block = script.block([[chosen.coverage, chosen.risk]])
            let name = PlainText.oneLine(chosen.name, upTo: 30)
            let entry = "\(name): coverage \(NumberText.fixed(chosen.coverage)), risk \(NumberText.fixed(chosen.risk))"
            let color = Color.contrast
            items.append("\(block) using 1:2 with points pointtype 7 pointsize 1.4 linecolor \(color) title \(entry)")
            items.append("\(block) using 1:2 with impulses dashtype 3 linewidth 1.5 linecolor \(color) notitle")
        }
        script.plot(items)
        return Drawing(title: title, summary: summary, size: FigureSize(), body: script)
    }
}
