import Plots

/// Se and +P of each class by record, gross and on average, for people.
struct EC57Table {
    let results: EC57Results

    private static let beatClasses: Set<String> = ["N", "S", "V", "F", "Q"]

    /// Percentages as the field prints them, of the AAMI classes that there is a beat or a call of; other labels of
    /// the space are in `ec57.csv`, and what was called so counts as missed here.
    ///
    /// - Parameter records: also a row for each record.
    func table(records: Bool) -> ReportTable {
        let shown = results.codes.filter { code in
            Self.beatClasses.contains(code) && (results.summary.gross[code].map { $0.beats + $0.fp > 0 } ?? false)
        }
        var table = ReportTable(
            caption: "By record as ANSI/AAMI EC57 has it: sensitivity (Se) and positive predictivity (+P) in %",
            columns: [.init("record", .left), .init("beats")]
                + shown.flatMap { [ReportTable.Column("\($0) Se"), .init("\($0) +P")] })
        func percent(_ share: Double?) -> String { ReportTable.number(share.map { $0 * 100 }, decimals: 1) }
        if records {
            for record in results.records {
                table.add(
                    [record.name, ReportTable.count(record.beats)]
                        + shown.flatMap { [percent(record.classes[$0]?.se), percent(record.classes[$0]?.ppv)] })
            }
        }
        table.add(
            ["gross", ReportTable.count(results.records.reduce(0) { $0 + $1.beats })]
                + shown.flatMap { [percent(results.summary.gross[$0]?.se), percent(results.summary.gross[$0]?.ppv)] })
        table.add(
            ["average of \(results.records.count)", ""]
                + shown.flatMap {
                    [percent(results.summary.average[$0]?.se), percent(results.summary.average[$0]?.ppv)]
                })
        return table
    }

    /// The report's section; many records are folded away.
    var section: HTMLSection {
        var section = HTMLSection("Records (EC57)")
        section.add(
            paragraph: "A beat is called what has the highest score. A fusion (F) or unclassifiable (Q) beat that is "
                + "called V does not count against V, nor a Q that is called S against S; gross counts all beats "
                + "alike, average all records. Beats that a detector missed or invented are in no picture, so they "
                + "are not counted. A dash stands where there is nothing to count.")
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
