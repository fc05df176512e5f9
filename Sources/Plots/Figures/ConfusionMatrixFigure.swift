/// A confusion matrix: counts of decided and true labels, shaded by their share of the row.
public struct ConfusionMatrixFigure: Figure {
    public var title: String
    public var labels: [String]
    /// L × L, with true labels in rows and decided labels in columns.
    public var counts: [[Int]]
    public var truthAxis: String
    public var decisionAxis: String

    /// - Precondition: there is one row per label with one count per label, none negative.
    public init(
        title: String, labels: [String], counts: [[Int]], truthAxis: String = "True label",
        decisionAxis: String = "Decided label"
    ) {
        precondition(
            counts.count == labels.count && counts.allSatisfy { $0.count == labels.count },
            "a confusion matrix of \(labels.count) labels with rows of \(counts.map(\.count))")
        precondition(counts.allSatisfy { $0.allSatisfy { $0 >= 0 } }, "a negative count")
        self.title = title
        self.labels = labels
        self.counts = counts
        self.truthAxis = truthAxis
        self.decisionAxis = decisionAxis
    }

    public var summary: String {
        let shares = labels.indices.map { label in
            "\(labels[label]) \(counts[label][label]) of \(counts[label].reduce(0, +))"
        }
        return "Confusion matrix, truth in rows. Right: " + shares.joined(separator: ", ") + "."
    }

    /// The share of each cell in its row; 0 in a row without samples.
    var shares: [[Double]] {
        counts.map { row in
            let total = row.reduce(0, +)
            return row.map { total == 0 ? 0 : Double($0) / Double(total) }
        }
    }

    public func drawing() throws -> Drawing {
        guard !labels.isEmpty else { throw PlotError.nothingToDraw(figure: title, reason: "there are no labels") }
        let count = labels.count
        var script = GnuplotScript()
        script.run("set size square")
        script.run("set border 0")
        script.run("unset key")
        script.useNames(labels, upTo: count > 12 ? 10 : 18)
        script.useRowNames(labels.map { PlainText.oneLine($0, upTo: count > 12 ? 10 : 18) })
        script.run("set xrange [-0.5:\(Double(count) - 0.5)]")
        script.run("set xlabel \(PlainText.oneLine(decisionAxis, upTo: 50))")
        script.run("set ylabel \(PlainText.oneLine(truthAxis, upTo: 50))")
        script.run("set palette defined (0 \(name: Color(0xF5F7FA)), 1 \(name: Color.main))")
        script.run("set cbrange [0:1]")
        script.run("set cbtics 0.25 format \("%.2f")")
        script.run("set cblabel \("Share of the true label’s samples") textcolor \(Color.ink)")
        script.run("set colorbox user origin screen 0.86,0.22 size screen 0.02,0.56")

        let shares = shares
        var cells: [[Double]] = []
        for row in 0 ..< count {
            for column in 0 ..< count {
                let textColor = Double(shares[row][column] > 0.55 ? 0xFFFFFF : Color.ink.value)
                cells.append([
                    Double(column), Double(row), shares[row][column], Double(counts[row][column]), textColor,
                ])
            }
        }
        let block = script.block(cells)
        // Boxes instead of an image, which would be a bitmap inside the SVG and blurred when enlarged.
        var items: [GnuplotCommand] = [
            """
            \(block) using 1:2:($1-0.485):($1+0.485):($2-0.485):($2+0.485):3 with boxxyerror \
            fillstyle solid 1 noborder linecolor palette
            """
        ]
        if count <= 20 {
            let size = count <= 8 ? 14 : count <= 12 ? 11 : 8
            let lift = count <= 10 ? -0.12 : 0.0
            items.append(
                """
                \(block) using 1:($2+\(lift)):(sprintf(\("%d"),$4)):5 with labels center \
                font \("DejaVu Sans,\(size)") textcolor rgb variable
                """)
        }
        if count <= 10 {
            items.append(
                """
                \(block) using 1:($2+0.2):(sprintf(\("%.0f"),100*$3).\(" %")):5 with labels center \
                font \("DejaVu Sans,\(count <= 8 ? 11 : 9)") textcolor rgb variable
                """)
        }
        script.plot(items)
        return Drawing(title: title, summary: summary, size: FigureSize(), body: script)
    }
}
