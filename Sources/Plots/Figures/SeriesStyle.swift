/// How the series of a figure are told apart: by colour, then, when the colours are used up, by dashes as well.
enum SeriesStyle {
    static func colour(_ index: Int) -> Colour { Colour.series[index % Colour.series.count] }

    static func line(_ index: Int, width: Double = 2) -> GnuplotCommand {
        let dashes = [1, 2, 4, 5][index / Colour.series.count % 4]
        return "linewidth \(width) dashtype \(dashes) linecolor \(colour(index))"
    }

    /// The type size of a legend with so many entries.
    static func legendFont(entries: Int) -> String {
        "DejaVu Sans,\(entries <= 18 ? 12 : entries <= 26 ? 10 : 8)"
    }
}

extension SeriesStyle {
    /// The type size of so many names along 500 pixels.
    static func nameFont(names: Int) -> String { "DejaVu Sans,\(min(13, max(4, 400 / max(1, names))))" }
}

extension GnuplotScript {
    /// The item of a plot that draws a line, or of a line without points only its entry in the legend.
    ///
    /// - Parameter kind: `lines` or `linespoints`.
    mutating func line(
        _ points: CurvePoints, titled title: String, with kind: GnuplotCommand = "lines", style: GnuplotCommand
    ) -> GnuplotCommand {
        let isVisible = zip(points.x, points.y).contains { $0.isFinite && $1.isFinite }
        guard isVisible else { return "NaN with \(kind) \(style) title \(title)" }
        return "\(block(points.rows)) using 1:2 with \(kind) \(style) title \(title)"
    }

    /// Both axes from 0 to 1, equally long.
    mutating func useUnitSquare() {
        run("set size square")
        run("set xrange [-0.005:1.005]")
        run("set yrange [-0.005:1.005]")
        run("set xtics 0.2 format \("%.1f")")
        run("set ytics 0.2 format \("%.1f")")
        run("set grid xtics ytics")
    }

    /// A legend to the right of the drawing, in smaller type the longer it is.
    mutating func useLegendOutside(entries: Int, title: String) {
        run("set key outside right top Left reverse font \(SeriesStyle.legendFont(entries: entries))")
        run("set key title \(title) left")
    }

    /// Text under each place 0, 1, 2… of an axis, slanted when there is much of it.
    mutating func useNames(_ names: [String], upTo length: Int = 18) {
        let shown = names.map { PlainText.oneLine($0, upTo: length) }
        let tics = shown.enumerated().map { "\(tic: $0.element) \($0.offset)" as GnuplotCommand }
        let isTight = shown.reduce(0) { $0 + $1.count + 2 } > 80
        run("set xtics scale 0 (\(GnuplotCommand.list(tics)))")
        if isTight { run("set xtics rotate by 35 right") }
        run("set xtics font \(SeriesStyle.nameFont(names: names.count))")
        run("set xrange [-0.6:\(Double(names.count) - 0.4)]")
    }

    /// Text beside each row 0, 1, 2… from the top.
    mutating func useRowNames(_ names: [String], upTo length: Int = 28) {
        let shown = names.map { PlainText.oneLine($0, upTo: length) }
        let tics = shown.enumerated().map { "\(tic: $0.element) \($0.offset)" as GnuplotCommand }
        run("set ytics scale 0 (\(GnuplotCommand.list(tics)))")
        run("set ytics font \(SeriesStyle.nameFont(names: names.count))")
        run("set yrange [\(Double(names.count) - 0.5):-0.5]")
    }
}

/// Round steps for axes that count things.
enum CountAxis {
    /// The smallest of 1, 2, 5, 10, 20, 50… that reaches `maximum` in at most `tics` steps.
    static func step(upTo maximum: Int, tics: Int) -> Int {
        var decade = 1
        while true {
            for factor in [1, 2, 5] where factor * decade * tics >= maximum { return factor * decade }
            let (next, overflow) = decade.multipliedReportingOverflow(by: 10)
            if overflow || next > Int.max / (5 * max(1, tics)) { return maximum }
            decade = next
        }
    }
}
