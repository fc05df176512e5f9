/// The styles of a figure's series: different colors, and different dashes when all colors are used.
enum SeriesStyle {
    static func color(_ index: Int) -> Color { Color.series[index % Color.series.count] }

    static func line(_ index: Int, width: Double = 2) -> GnuplotCommand {
        let dashes = [1, 2, 4, 5][index / Color.series.count % 4]
        return "linewidth \(width) dashtype \(dashes) linecolor \(color(index))"
    }

    /// Returns the font of a legend with this number of entries.
    static func legendFont(entries: Int) -> String {
        "DejaVu Sans,\(entries <= 18 ? 12 : entries <= 26 ? 10 : 8)"
    }
}

extension SeriesStyle {
    /// Returns the font of this number of names along 500 pixels.
    static func nameFont(names: Int) -> String { "DejaVu Sans,\(min(13, max(4, 400 / max(1, names))))" }
}

extension GnuplotScript {
    /// Returns the plot item of a line; without finite points only its legend entry.
    ///
    /// - Parameter kind: `lines` or `linespoints`.
    mutating func line(
        _ points: CurvePoints, titled title: String, with kind: GnuplotCommand = "lines", style: GnuplotCommand
    ) -> GnuplotCommand {
        let isVisible = zip(points.x, points.y).contains { $0.isFinite && $1.isFinite }
        guard isVisible else { return "NaN with \(kind) \(style) title \(title)" }
        return "\(block(points.rows)) using 1:2 with \(kind) \(style) title \(title)"
    }

    /// Sets both axes to 0…1 with equal lengths.
    mutating func useUnitSquare() {
        run("set size square")
        run("set xrange [-0.005:1.005]")
        run("set yrange [-0.005:1.005]")
        run("set xtics 0.2 format \("%.1f")")
        run("set ytics 0.2 format \("%.1f")")
        run("set grid xtics ytics")
    }

    /// Puts the legend to the right of the plot, with a smaller font for more entries.
    mutating func useLegendOutside(entries: Int, title: String) {
        run("set key outside right top Left reverse font \(SeriesStyle.legendFont(entries: entries))")
        run("set key title \(title) left")
    }

    /// Puts names under the positions 0, 1, 2… of an axis, slanted if they need much space.
    mutating func useNames(_ names: [String], upTo length: Int = 18) {
        let shown = names.map { PlainText.oneLine($0, upTo: length) }
        let tics = shown.enumerated().map { "\(tic: $0.element) \($0.offset)" as GnuplotCommand }
        let isTight = shown.reduce(0) { $0 + $1.count + 2 } > 80
        run("set xtics scale 0 (\(GnuplotCommand.list(tics)))")
        if isTight { run("set xtics rotate by 35 right") }
        run("set xtics font \(SeriesStyle.nameFont(names: names.count))")
        run("set xrange [-0.6:\(Double(names.count) - 0.4)]")
    }

    /// Puts names next to the rows 0, 1, 2… from the top.
    mutating func useRowNames(_ names: [String], upTo length: Int = 28) {
        let shown = names.map { PlainText.oneLine($0, upTo: length) }
        let tics = shown.enumerated().map { "\(tic: $0.element) \($0.offset)" as GnuplotCommand }
        run("set ytics scale 0 (\(GnuplotCommand.list(tics)))")
        run("set ytics font \(SeriesStyle.nameFont(names: names.count))")
        run("set yrange [\(Double(names.count) - 0.5):-0.5]")
    }
}

/// Round steps for axes of counts.
enum CountAxis {
    /// Returns the smallest of 1, 2, 5, 10, 20, 50… that reaches `maximum` in at most `tics` steps.
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
