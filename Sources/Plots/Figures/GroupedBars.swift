/// Groups of bars side by side, used by several figures.
struct GroupedBars {
    struct Series {
        var name: String
        var color: Color
        /// One value per group; NaN leaves a gap.
        var values: [Double]
    }

    var groups: [String]
    var series: [Series]
    /// Formats the text above a bar.
    var text: (Double) -> String

    /// The upper end of the axis, above the highest bar and its text.
    var top: Double {
        let highest = series.flatMap(\.values).filter(\.isFinite).max() ?? 0
        return highest > 0 ? highest * 1.12 : 1
    }

    var bottom: Double {
        let lowest = series.flatMap(\.values).filter(\.isFinite).min() ?? 0
        return lowest < 0 ? lowest * 1.12 : 0
    }

    func draw(in script: inout GnuplotScript) {
        script.useNames(groups)
        script.run("set yrange [\(bottom):\(top)]")
        script.run("set grid noxtics ytics")
        script.run("set key outside bottom center horizontal Left reverse")
        let width = 0.8 / Double(max(series.count, 1))
        var items: [GnuplotCommand] = []
        var label = 0
        for (index, one) in series.enumerated() {
            let offset = (Double(index) - Double(series.count - 1) / 2) * width
            let rows = one.values.enumerated().map { [Double($0.offset) + offset, $0.element] }
            let style: GnuplotCommand =
                "with boxes fillstyle solid 1 noborder linecolor \(one.color) title \(one.name)"
            if one.values.contains(where: \.isFinite) {
                let block = script.block(rows)
                items.append("\(block) using 1:2:(\(width * 0.92)) \(style)")
            } else {
                items.append("NaN \(style)")
            }
            // More texts would overlap.
            guard groups.count * series.count <= 24 else { continue }
            for row in rows {
                label += 1
                // An undefined value is marked in place of its bar.
                let (height, text) = row[1].isFinite ? (max(row[1], 0), text(row[1])) : (0, "n/a")
                script.run(
                    """
                    set label \(label) \(text) at \(row[0]),\(height) offset 0,0.6 center \
                    font \("DejaVu Sans,\(groups.count * series.count <= 14 ? 11 : 9)") textcolor \(Color.axis) front
                    """)
            }
        }
        script.plot(items)
    }
}
