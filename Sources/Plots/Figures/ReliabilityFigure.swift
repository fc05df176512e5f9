/// A reliability diagram: the observed frequency of labels against their scores, in bins of equal size, with a
/// histogram of the scores below.
public struct ReliabilityFigure: Figure {
    public struct Bin: Sendable, Equatable {
        public var meanScore: Double
        /// The share of the bin's samples with the label.
        public var positiveShare: Double
        public var count: Int

        public init(meanScore: Double, positiveShare: Double, count: Int) {
            self.meanScore = meanScore
            self.positiveShare = positiveShare
            self.count = count
        }
    }

    public struct Series: Sendable {
        /// The name of a label or of a pooled set.
        public var label: String
        public var bins: [Bin]
        /// Scores in 0…1, for the histogram.
        public var scores: [Double]
        /// The expected calibration error; nil if undefined.
        public var error: Double?

        public init(label: String, bins: [Bin], scores: [Double], error: Double?) {
            self.label = label
            self.bins = bins
            self.scores = scores
            self.error = error
        }

        /// Divides the samples, sorted by score, into `binCount` bins of equal size. The first n mod `binCount` bins
        /// have one more. Samples with a NaN score are dropped.
        ///
        /// - Precondition: `scores` and `truth` have the same length, and there is at least one bin.
        public init(label: String, scores: [Double], truth: [Bool], binCount: Int = 15, error: Double? = nil) {
            precondition(scores.count == truth.count, "\(scores.count) scores and \(truth.count) truths")
            precondition(binCount >= 1, "\(binCount) bins")
            let order = scores.indices.filter { scores[$0].isFinite }.sorted { (scores[$0], $0) < (scores[$1], $1) }
            var bins: [Bin] = []
            var start = 0
            for bin in 0 ..< binCount {
                let size = order.count / binCount + (bin < order.count % binCount ? 1 : 0)
                let members = order[start ..< start + size]
                start += size
                guard size > 0 else { continue }
                bins.append(
                    Bin(
                        meanScore: members.reduce(0) { $0 + scores[$1] } / Double(size),
                        positiveShare: Double(members.count { truth[$0] }) / Double(size), count: size))
            }
            self.init(label: label, bins: bins, scores: order.map { scores[$0] }, error: error)
        }
    }

    public var title: String
    public var series: [Series]

    public init(title: String, series: [Series]) {
        self.title = title
        self.series = series
    }

    public var summary: String {
        "Reliability: observed frequency against score. Expected calibration error: "
            + series.map { "\($0.label) \(NumberText.spoken($0.error))" }.joined(separator: ", ") + "."
    }

    public func drawing() throws -> Drawing {
        guard series.contains(where: { !$0.bins.isEmpty }) else {
            throw PlotError.nothingToDraw(figure: title, reason: "there are no scores")
        }
        var script = GnuplotScript()
        script.run("set multiplot")
        script.run("set lmargin at screen 0.11")
        script.run("set rmargin at screen 0.70")
        script.run("set xrange [0:1]")
        script.run("set xtics 0.2 format \("")")
        script.run("set grid xtics ytics")
        addCurves(to: &script)
        addHistogram(to: &script)
        script.run("unset multiplot")
        return Drawing(title: title, summary: summary, size: FigureSize(height: 660), body: script)
    }

    private func addCurves(to script: inout GnuplotScript) {
        script.run("set tmargin at screen 0.91")
        script.run("set bmargin at screen 0.33")
        script.run("set yrange [0:1]")
        script.run("set ytics 0.2 format \("%.1f")")
        script.run("set ylabel \("Observed share of true labels")")
        let font = SeriesStyle.legendFont(entries: series.count + 1)
        script.run("set key at screen 0.72,0.91 left top Left reverse font \(font)")
        script.run("set key title \("Calibration error") left")
        var items: [GnuplotCommand] = []
        for (index, one) in series.enumerated() {
            let entry = "\(PlainText.oneLine(one.label, upTo: 18)): \(NumberText.fixed(one.error))"
            let style: GnuplotCommand = "\(SeriesStyle.line(index, width: 1.5)) pointtype 7 pointsize 0.6"
            let points = CurvePoints(x: one.bins.map(\.meanScore), y: one.bins.map(\.positiveShare))
            items.append(script.line(points, titled: entry, with: "linespoints", style: style))
        }
        let diagonal = CurvePoints(x: [0, 1], y: [0, 1])
        let dashes: GnuplotCommand = "dashtype 2 linewidth 1 linecolor \(Color.axis)"
        items.append(script.line(diagonal, titled: "perfect calibration", style: dashes))
        script.plot(items)
    }

    /// The histogram of all series' scores in twenty bars.
    var histogram: [Int] {
        var counts = Array(repeating: 0, count: 20)
        for score in series.flatMap(\.scores) where score.isFinite {
            counts[Int(min(max(score * 20, 0), 19))] += 1
        }
        return counts
    }

    private func addHistogram(to script: inout GnuplotScript) {
        let counts = histogram
        script.run("unset title")
        script.run("unset key")
        script.run("set tmargin at screen 0.29")
        script.run("set bmargin at screen 0.11")
        script.run("set xtics 0.2 format \("%.1f")")
        script.run("set yrange [0:\(max(1, Double(counts.max() ?? 1) * 1.08))]")
        script.run("set ytics autofreq format \("%.0f")")
        script.run("set ytics \(max(1, CountAxis.step(upTo: counts.max() ?? 1, tics: 2)))")
        script.run("set xlabel \("Score")")
        script.run("set ylabel \("Samples × labels")")
        let block = script.block(counts.enumerated().map { [(Double($0.offset) + 0.5) / 20, Double($0.element)] })
        script.plot(["\(block) using 1:2:(0.045) with boxes fillstyle solid 1 noborder linecolor \(Color.faint)"])
    }
}
