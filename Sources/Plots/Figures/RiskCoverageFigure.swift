/// What answering less buys: the error among the answered samples against the share that is answered.
public struct RiskCoverageFigure: Figure {
    /// A bound on confidence that somebody chose, and what it gives.
    public struct OperatingPoint: Sendable {
        public var name: String
        public var coverage: Double
        public var risk: Double

        public init(name: String = "chosen bound", coverage: Double, risk: Double) {
            self.name = name
            self.coverage = coverage
            self.risk = risk
        }
    }

    public var title: String
    /// Shares of samples answered, 0…1, in order along the curve.
    public var coverage: [Double]
    /// The error among the answered, at each coverage; NaN where none was answered.
    public var risk: [Double]
    public var chosen: OperatingPoint?
    /// A level of risk that was promised, drawn as a line.
    public var promisedRisk: Double?
    /// What the risk counts.
    public var riskName: String

    /// - Precondition: as many coverages as risks.
    public init(
        title: String, coverage: [Double], risk: [Double], chosen: OperatingPoint? = nil, promisedRisk: Double? = nil,
        riskName: String = "Error among answered samples"
    ) {
        precondition(coverage.count == risk.count, "\(coverage.count) coverages and \(risk.count) risks")
        self.title = title
        self.coverage = coverage
        self.risk = risk
        self.chosen = chosen
        self.promisedRisk = promisedRisk
        self.riskName = riskName
    }

    public var summary: String {
        var sentences = ["\(riskName) against the share of samples answered."]
        if let chosen {
            let (coverage, risk) = (NumberText.spoken(chosen.coverage), NumberText.spoken(chosen.risk))
            sentences.append("At the \(chosen.name): coverage \(coverage), risk \(risk).")
        }
        if let promisedRisk { sentences.append("Promised risk: \(NumberText.spoken(promisedRisk)).") }
        return sentences.joined(separator: " ")
    }

    public func drawing() throws -> Drawing {
        let highest = (risk + [chosen?.risk ?? .nan, promisedRisk ?? .nan]).filter(\.isFinite).max() ?? 0
        guard zip(coverage, risk).contains(where: { $0.isFinite && $1.isFinite }) else {
            throw PlotError.nothingToDraw(figure: title, reason: "no coverage has a risk")
        }
        let top = highest > 0 ? highest * 1.15 : 1
        var script = GnuplotScript()
        script.run("set xrange [0:1.005]")
        script.run("set yrange [0:\(top)]")
        script.run("set xtics 0.1 format \("%.1f")")
        script.run("set grid xtics ytics")
        script.run("set xlabel \("Coverage (share of samples answered)")")
        script.run("set ylabel \(PlainText.oneLine(riskName, upTo: 50))")
        script.run("set key inside left top Left reverse")
        // Thinned in units of the drawing, whose height is not 1.
        let scaled = CurvePoints(x: coverage, y: risk.map { $0 / top }).thinned()
        let points = CurvePoints(x: scaled.x, y: scaled.y.map { $0 * top })
        var items = [script.line(points, titled: "all bounds", style: SeriesStyle.line(0))]
        if let promisedRisk, promisedRisk.isFinite {
            items.append(
                """
                \(promisedRisk) with lines dashtype 2 linewidth 1.5 linecolor \(Colour.axis) \
                title \("promised: \(NumberText.fixed(promisedRisk))")
                """)
        }
        if let chosen, chosen.coverage.isFinite, chosen.risk.isFinite {
            let block = script.block([[chosen.coverage, chosen.risk]])
            let name = PlainText.oneLine(chosen.name, upTo: 30)
            let entry = "\(name): coverage \(NumberText.fixed(chosen.coverage)), risk \(NumberText.fixed(chosen.risk))"
            let colour = Colour.contrast
            items.append("\(block) using 1:2 with points pointtype 7 pointsize 1.4 linecolor \(colour) title \(entry)")
            items.append("\(block) using 1:2 with impulses dashtype 3 linewidth 1.5 linecolor \(colour) notitle")
        }
        script.plot(items)
        return Drawing(title: title, summary: summary, size: FigureSize(), body: script)
    }
}
