/// The balanced accuracy of a single number unrelated to the heart, for each label, with the level of chance and the
/// threshold of a leak.
public struct LeakageFigure: Figure {
    /// The best probe of one label in one kind of picture.
    public struct Bar: Sendable {
        public var probe: String
        /// Balanced accuracy of the label against the rest.
        public var value: Double
        /// The percentile of the best probe's balanced accuracy with randomly permuted labels.
        public var null: Double
        /// The threshold of a leak.
        public var limit: Double
        public var leaks: Bool

        public init(probe: String, value: Double, null: Double, limit: Double, leaks: Bool) {
            self.probe = probe
            self.value = value
            self.null = null
            self.limit = limit
            self.leaks = leaks
        }
    }

    public struct Row: Sendable {
        public var label: String
        /// One bar per kind of picture; nil if the label was not assessed.
        public var bars: [Bar?]

        public init(label: String, bars: [Bar?]) {
            self.label = label
            self.bars = bars
        }
    }

    public var title: String
    /// The kinds of pictures, such as `as drawn`, for the bars of a row.
    public var kinds: [String]
    public var rows: [Row]

    /// - Precondition: every row has a bar or nil for each kind.
    public init(title: String, kinds: [String], rows: [Row]) {
        precondition(rows.allSatisfy { $0.bars.count == kinds.count }, "rows need one bar per kind")
        self.title = title
        self.kinds = kinds
        self.rows = rows
    }

    public var summary: String {
        let texts = rows.flatMap { row in
            zip(kinds, row.bars).compactMap { kind, bar in
                bar.map {
                    "\(row.label) \(kind) \(NumberText.spoken($0.value)) by \($0.probe)\($0.leaks ? ", a leak" : "")"
                }
            }
        }
        return "Best balanced accuracy of one number, each label against the rest, chance 0.5: "
            + texts.joined(separator: "; ") + "."
    }

    public func drawing() throws -> Drawing {
        guard rows.contains(where: { $0.bars.contains { $0?.value.isFinite == true } }) else {
            throw PlotError.nothingToDraw(figure: title, reason: "no label was assessed")
        }
        var script = GnuplotScript()
        script.useRowNames(rows.map(\.label))
        script.run("set xrange [0.45:1.0]")
        script.run("set xtics 0.1 format \("%.1f")")
        script.run("set grid xtics noytics")
        script.run("set xlabel \("Balanced accuracy of the best single number (chance 0.5)")")
        script.run("set rmargin 34")
        script.run("set key outside bottom center horizontal Left reverse")
        script.run("set arrow 1 from 0.5, graph 0 to 0.5, graph 1 nohead linewidth 1.5 linecolor \(Color.axis) back")
        let height = 0.8 / Double(max(kinds.count, 1))
        var items: [GnuplotCommand] = []
        var marks: (nulls: [[Double]], limits: [[Double]]) = ([], [])
        var label = 0
        for (kind, name) in kinds.enumerated() {
            var boxes: [[Double]] = []
            for (place, row) in rows.enumerated() {
                guard let bar = row.bars[kind], bar.value.isFinite else { continue }
                let middle = Double(place) + (Double(kind) - Double(kinds.count - 1) / 2) * height
                let (low, high) = (middle - 0.44 * height, middle + 0.44 * height)
                boxes.append([0.5, middle, min(0.5, bar.value), max(0.5, bar.value), low, high])
                marks.nulls.append([bar.null, low, high - low])
                marks.limits.append([bar.limit, low, high - low])
                label += 1
                let text = "\(NumberText.fixed(bar.value))  \(bar.probe)\(bar.leaks ? " – leaks" : "")"
                script.run(
                    """
                    set label \(label) \(PlainText.oneLine(text, upTo: 42)) at graph 1.02, first \(middle) left \
                    font \("DejaVu Sans,11") textcolor \(bar.leaks ? Color.contrast : Color.ink)
                    """)
            }
            let color = Color.series[[1, 0, 2][kind % 3]].tint(0.75)
            let style: GnuplotCommand = "with boxxyerror fillstyle solid 1 noborder linecolor \(color) title \(name)"
            items.append(boxes.isEmpty ? "NaN \(style)" : "\(script.block(boxes)) using 1:2:3:4:5:6 \(style)")
        }
        for (rows, color, dash, name) in [
            (marks.nulls, Color.ink, 1, "99 % of random labels"), (marks.limits, Color.ink, 3, "counts as a leak"),
        ] {
            items.append(
                """
                \(script.block(rows)) using 1:2:(0):3 with vectors nohead linewidth 2 dashtype \(dash) \
                linecolor \(color) title \(name)
                """)
        }
        script.plot(items)
        let size = FigureSize.rows(rows.count, each: 18 + 24 * kinds.count, besides: 170)
        return Drawing(title: title, summary: summary, size: size, body: script)
    }
}
