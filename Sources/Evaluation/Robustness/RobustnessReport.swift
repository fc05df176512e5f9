import ClassificationMetrics
import Files
import Foundation
import Plots

/// Presents robustness in reports: tables, bars and a sheet of the perturbations.
package struct RobustnessReport: Sendable {
    let result: RobustnessResult
    let sheet: PerturbationSheet?

    static let figureName = "robustness"
    static let sheetName = "disturbances"

    private static let shown: [MetricKey] = [.f1Macro, .top1F1Macro, .top1Accuracy, .ece, .uncertainFraction]
    private static let compared: [MetricKey] = [.f1Macro, .top1F1Macro, .ece]

    /// Writes `robustness.json` and the figures.
    ///
    /// - Throws: `FileError`, `PlotError`.
    func write(to folder: String) throws {
        try AtomicFile.write(try result.json(), to: "\(folder)/robustness.json")
        try AtomicFile.makeFolder("\(folder)/plots")
        try figure.write(to: "\(folder)/plots/\(Self.figureName).svg")
        try sheet?.figure.write(to: "\(folder)/plots/\(Self.sheetName).svg")
    }

    var figure: RobustnessFigure {
        RobustnessFigure(
            title: "Perturbed pictures", metric: MetricKey.f1Macro.title,
            clean: result.clean[.f1Macro] ?? .nan,
            perturbations: result.perturbations.map { .init(name: $0.name, value: $0.metrics[.f1Macro] ?? .nan) })
    }

    var terminalText: String {
        let style = TerminalStyle.of(STDOUT_FILENO)
        return TerminalTable(values, style: style).text + "\n" + TerminalTable(differences, style: style).text + "\n"
    }

    /// - Throws: `PlotError`.
    func add(to section: inout HTMLSection) throws {
        section.add(
            paragraph: "The same model classified every picture again, perturbed before preprocessing. A picture that "
                + "could no longer be read was rejected: it counts as wrong, as uncertain, and with scores of 0.")
        section.add(table: values)
        try section.add(figure: figure)
        section.add(table: differences)
        var definitions = HTMLSection("Perturbations")
        definitions.add(keyValues: result.perturbations.map { ($0.name, $0.definition) })
        section.add(collapsed: definitions)
        if let sheet { try section.add(figure: sheet.figure) }
    }

    private var values: ReportTable {
        var table = ReportTable(
            caption: "The same \(ReportTable.count(result.n)) pictures under each perturbation",
            columns: [.init("pictures", .left)] + Self.shown.map { .init($0.title) } + [.init("rejected")])
        table.add(["original"] + Self.shown.map { ReportTable.number(result.clean[$0]) } + ["–"])
        for row in result.perturbations {
            table.add(
                [row.name] + Self.shown.map { ReportTable.number(row.metrics[$0]) }
                    + [ReportTable.count(row.refused)])
        }
        return table
    }

    private var differences: ReportTable {
        var table = ReportTable(
            caption: "Perturbed − original, with paired 95 % bootstrap intervals",
            columns: [.init("pictures", .left)] + Self.compared.map { .init($0.title) })
        for row in result.perturbations {
            table.add(
                [row.name]
                    + Self.compared.map { key in
                        let difference = row.differences[key.rawValue]
                        return ReportTable.number(
                            difference?.value, interval: difference?.interval.map { $0[0] ... $0[1] })
                    })
        }
        return table
    }
}
