/// How well one number, that has nothing to do with the heart, tells each label: as bars from chance, beside what
/// chance reaches and what counts as a leak.
public struct LeakageFigure: Figure {
    /// The best probe of one label in one kind of picture.
    public struct Bar: Sendable {
        public var probe: String
        /// Balanced accuracy against the rest.
        public var value: Double
        /// What the best of all probes stays under when labels are dealt out at random.
        public var null: Double
        /// From where it counts as a leak.
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
        /// One per kind of picture; nil where the label was not assessed.
        public var bars: [Bar?]

        public init(label: String, bars: [Bar?]) {
            self.label = label
            self.bars = bars
        }
    }

    public var title: String
    /// What the bars of a row are of, for example `as drawn`.
    public var kinds: [String]
    public var rows: [Row]

    /// - Precondition: every row has a bar, or nil, for each kind.
    public init(title: String, kinds: [String], rows: [Row]) {
        precondition(rows.allSatisfy { $0.bars.count == kinds.count }, "bars of another number of kinds")
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
        script.run("set arrow 1 from 0.5, graph 0 to 0.5, graph 1 nohead linewidth 1.5 linecolor \(Colour.axis) back")
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
                    font \("DejaVu Sans,11") textcolor \(bar.leaks ? Colour.contrast : Colour.ink)
                    """)
            }
            let colour = Colour.series[[1, 0, 2][kind % 3]].tint(0.75)
            let style: GnuplotCommand = "with boxxyerror fillstyle solid 1 noborder linecolor \(colour) title \(name)"
            items.append(boxes.isEmpty ? "NaN \(style)" : "\(script.block(boxes)) using 1:2:3:4:5:6 \(style)")
        }
        for (rows, colour, dash, name) in [
            (marks.nulls, Colour.ink, 1, "99 % of random labels"), (marks.limits, Colour.ink, 3, "counts as a leak"),
        ] {
            items.append(
                """
                \(script.block(rows)) using 1:2:(0):3 with vectors nohead linewidth 2 dashtype \(dash) \
                linecolor \(colour) title \(name)
                """)
        }
        script.plot(items)
        let size = FigureSize.rows(rows.count, each: 18 + 24 * kinds.count, besides: 170)
        return Drawing(title: title, summary: summary, size: size, body: script)
    }
}
