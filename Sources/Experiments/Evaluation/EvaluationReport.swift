import Datasets
import Files
import Foundation
import LinearAlgebra
import Metrics
import Plots

/// An evaluation as people read it: a table for the terminal, figures, and one self-contained `report.html`.
public struct EvaluationReport: Sendable {
    let evaluation: Evaluation
    let model: TrainedModel
    let title: String
    /// Class counts before and after balancing, where the report is of a training run.
    let balancing: Balancing?

    init(evaluation: Evaluation, model: TrainedModel, title: String, balancing: Balancing? = nil) {
        self.evaluation = evaluation
        self.model = model
        self.title = title
        self.balancing = balancing
    }

    private var result: EvaluationResult { evaluation.result }

    /// Writes `metrics.json`, `plots/` and `report.html` into `folder`.
    ///
    /// - Throws: `FileError`, `PlotError`.
    func write(to folder: String) throws {
        try AtomicFile.write(try result.json(), to: "\(folder)/metrics.json")
        try AtomicFile.makeFolder("\(folder)/plots")
        for (name, figure) in figures {
            do {
                try figure.write(to: "\(folder)/plots/\(name).svg")
            } catch PlotError.nothingToDraw {
                // The report says in its place why there is nothing to show.
                continue
            }
        }
        try html().write(to: "\(folder)/report.html")
    }

    /// The figures by their file names, in the order of the report.
    private var figures: [(name: String, figure: any Figure)] {
        let figures = EvaluationFigures(evaluation: evaluation, labelSpace: model.labelSpace)
        var list: [(String, any Figure)] = [
            ("per-label-f1", figures.perLabelF1), ("confusion", figures.confusion), ("roc", figures.roc),
            ("precision-recall", figures.precisionRecall), ("reliability", figures.reliability),
        ]
        list.append(("risk-coverage", RiskCoverageResult.figure(of: evaluation.files.ensemble, result.riskCoverage)))
        if let balancing { list.append(("class-counts", figures.classCounts(balancing))) }
        return list
    }

    private func html() throws -> HTMLReport {
        var report = HTMLReport(
            title: title,
            subtitle: "\(result.n) samples of \(result.dataset) (\(result.part)); pictures: \(result.preprocessing)",
            footer: "\(Prediction.notice) Made by heartsense \(HeartSenseVersion.current), model \(model.name), "
                + "sha256 \(result.inputs.modelSHA256).")
        for warning in result.warnings { report.warn(warning) }
        report.add("Results") { section in
            section.add(table: systemsTable)
            section.add(
                paragraph: "The intervals are 95 % bootstrap intervals, resampled by "
                    + (evaluation.files.groups == nil ? "sample." : "group (patient)."))
        }
        report.add("By label") { section in section.add(table: labelTable(withConditions: true)) }
        report.add("Uncertainty") { section in
            for sentence in uncertaintySentences { section.add(paragraph: sentence) }
            if let coverage = result.coverage { section.add(table: coverage.table(codes: result.labels)) }
        }
        try report.add("Figures") { section in
            for (_, figure) in figures { try section.addIfDrawable(figure: figure) }
        }
        report.add("How it was made") { section in
            section.add(keyValues: [
                ("Model", "\(model.name), sha256 \(result.inputs.modelSHA256)"),
                ("Label space", model.labelSpace.fingerprint), ("Data", "sha256 \(result.inputs.datasetSHA256)"),
                ("Members", model.ensemble.members.map(\.name).joined(separator: ", ")),
                (
                    "Vote weights",
                    zip(model.ensemble.members, model.ensemble.tuning.weights)
                        .map { "\($0.name) \(ReportTable.number($1))" }.joined(separator: ", ")
                ),
                ("Seed", "\(model.provenance.seed)"),
            ])
            var configuration = HTMLSection("Configuration of the training")
            configuration.add(
                preformatted: model.provenance.configuration.sorted { $0.key < $1.key }
                    .map { "\($0.key): \($0.value)" }.joined(separator: "\n"))
            section.add(collapsed: configuration)
        }
        return report
    }

    /// What the terminal shows: warnings, the per-label table and the systems side by side.
    var terminalText: String {
        let style = TerminalStyle.of(STDOUT_FILENO)
        var text = result.warnings.map { "Warning: \($0)\n" }.joined()
        if !text.isEmpty { text += "\n" }
        text += TerminalTable(labelTable(withConditions: false), style: style).text + "\n"
        text += TerminalTable(systemsTable, style: style).text + "\n"
        if let coverage = result.coverage {
            text += TerminalTable(coverage.table(codes: result.labels), style: style).text + "\n"
        }
        text += uncertaintySentences.map { $0 + "\n" }.joined() + "\n"
        return text
    }

    private var uncertaintySentences: [String] {
        guard let found = result.riskCoverage else { return [] }
        let share = { (part: Double) in String(format: "%.1f %%", 100 * part) }
        return [
            "\(share(1 - found.coverage)) of samples are uncertain. Wrong decisions: \(share(found.wholeRisk)) of all"
                + (found.risk.map { ", \(share($0)) of those that are not uncertain" } ?? "")
                + " (area under the risk–coverage curve \(ReportTable.number(found.area)))."
        ]
    }

    private func labelTable(withConditions: Bool) -> ReportTable {
        var columns = [ReportTable.Column("label", .left)]
        if withConditions { columns.append(.init("condition", .left)) }
        columns += ["precision", "recall", "F1", "ROC AUC", "support"].map { .init($0) }
        var table = ReportTable(
            caption: "\(result.n) samples of \(result.dataset), part: \(result.part)", columns: columns)
        for label in model.labelSpace.labels {
            guard let summary = result.perLabel[label.code] else { continue }
            table.add(
                [label.code] + (withConditions ? [label.condition.rawValue] : [])
                    + [summary.precision, summary.recall, summary.f1].map { ReportTable.number($0) }
                    + [ReportTable.number(summary.rocAUC), ReportTable.count(summary.support)])
        }
        return table
    }

    /// Ensemble, members and the naive baseline in the metrics that people ask for first.
    private var systemsTable: ReportTable {
        let shown: [(String, MetricKey)] = [
            ("macro F1", .f1Macro), ("top-1 accuracy", .top1Accuracy), ("top-1 macro F1", .top1F1Macro),
            ("ROC AUC", .rocAUCMacro), ("ECE", .ece), ("uncertain", .uncertainFraction),
        ]
        var table = ReportTable(
            caption: "The ensemble, its members and the naive baseline",
            columns: [.init("system", .left)] + shown.map { .init($0.0) })
        table.add(
            ["ensemble"]
                + shown.map { key in
                    let interval = result.intervals[key.1.rawValue].map { $0[0] ... $0[1] }
                    return ReportTable.number(result.metrics[key.1], interval: interval)
                })
        for member in model.ensemble.members {
            table.add([member.name] + shown.map { ReportTable.number(result.members[member.name]?[$0.1]) })
        }
        table.add(["baseline"] + shown.map { ReportTable.number(result.baseline[$0.1]) })
        return table
    }
}
