import Plots

/// The sensitivity and positive predictivity of each class by record, gross and average.
struct EC57Table {
    let results: EC57Results

    private static let beatClasses: Set<String> = ["N", "S", "V", "F", "Q"]

    /// Returns percentages for the AAMI classes that occur in truth or predictions.
    ///
    /// Other labels are only in `ec57.csv`. Beats that were assigned to them count as missed here.
    ///
    /// - Parameter records: Whether to include a row for each record.
    func table(records: Bool) -> ReportTable {
        let shown = results.codes.filter { code in
            Self.beatClasses.contains(code) && (results.summary.gross[code].map { $0.beats + $0.fp > 0 } ?? false)
        }
        var table = ReportTable(
            caption: "Results by record (ANSI/AAMI EC57): sensitivity (Se) and positive predictivity (+P) in %",
            columns: [.init("record", .left), .init("beats")]
                + shown.flatMap { [ReportTable.Column("\($0) Se"), .init("\($0) +P")] } + [.init("jκ")])
        func percent(_ share: Double?) -> String { ReportTable.number(share.map { $0 * 100 }, decimals: 1) }
        if records {
            for record in results.records {
                table.add(
                    [record.name, ReportTable.count(record.beats)]
                        + shown.flatMap { [percent(record.classes[$0]?.se), percent(record.classes[$0]?.ppv)] }
                        + [ReportTable.number(record.jkappa, decimals: 3)])
            }
        }
        table.add(
            ["gross", ReportTable.count(results.records.reduce(0) { $0 + $1.beats })]
                + shown.flatMap { [percent(results.summary.gross[$0]?.se), percent(results.summary.gross[$0]?.ppv)] }
                + [ReportTable.number(results.summary.grossJKappa, decimals: 3)])
        for rest in results.summary.without ?? [] {
            table.add(
                ["gross without \(rest.record)", ReportTable.count(rest.beats)]
                    + shown.flatMap { [percent(rest.gross[$0]?.se), percent(rest.gross[$0]?.ppv)] }
                    + [ReportTable.number(rest.jkappa, decimals: 3)])
        }
        table.add(
            ["average of \(results.records.count)", ""]
                + shown.flatMap {
                    [percent(results.summary.average[$0]?.se), percent(results.summary.average[$0]?.ppv)]
                } + [ReportTable.number(results.summary.averageJKappa, decimals: 3)])
        return table
    }

    /// The report's section. Many records are collapsed.
    var section: HTMLSection {
        var section = HTMLSection("Records (EC57)")
        section.add(
            paragraph:
                "Each beat is assigned the label with the highest score. Fusion (F) and unclassifiable (Q) beats "
                + "classified as V do not count against V, and Q beats classified as S do not count against S. Gross "
                + "weights all beats equally, average all records. The pictures contain detected beats only, so "
                + "missed and extra detections are not counted. jκ = ½κ + ⅛(Se and +P of S and V) sums them up; "
                + "“gross without” leaves out a record that has at least half of all S or V beats. A dash marks an "
                + "undefined value.")
        if results.records.count <= 12 {
            section.add(table: table(records: true))
        } else {
            section.add(table: table(records: false))
            var each = HTMLSection("Each of the \(results.records.count) records")
            each.add(table: table(records: true))
            section.add(collapsed: each)
        }
        return section
    }
}
