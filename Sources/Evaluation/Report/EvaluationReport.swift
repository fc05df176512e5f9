import ClassificationMetrics
import Datasets
import Files
import Foundation
import Inference
import LinearAlgebra
import Plots
import Progress

/// Presents an evaluation: text for the terminal, figures, and a self-contained `report.html`.
public struct EvaluationReport: Sendable {
    package let evaluation: EvaluationRun
    let model: TrainedModel
    let title: String
    /// The class counts before and after balancing, in the report of a training run.
    let balancing: Balancing?
    let mostConfidentErrors: MostConfidentErrors?
    /// The results by sex and age; nil if neither is known.
    package let subgroups: ReportTable?
    /// The robustness results, if the pictures were also scored under perturbations.
    let robustness: RobustnessReport?

    package init(
        evaluation: EvaluationRun, model: TrainedModel, title: String, balancing: Balancing? = nil,
        samples: [Sample] = [],
        mostConfidentErrors: MostConfidentErrors? = nil, robustness: RobustnessReport? = nil
    ) throws {
        self.evaluation = evaluation
        let table = evaluation.files.ensemble
        subgroups =
            samples.isEmpty
            ? nil
            : SubgroupTable(
                of: try ScoredSet(
                    truth: table.truth, scores: table.scores, decision: table.decision, uncertain: table.uncertain),
                samples: samples)?.table
        self.model = model
        self.title = title
        self.balancing = balancing
        self.mostConfidentErrors = mostConfidentErrors
        self.robustness = robustness
    }

    private var result: EvaluationResult { evaluation.result }

    /// Writes `metrics.json`, `plots/` and `report.html` into `folder`.
    ///
    /// - Throws: `FileError`, `PlotError`.
    package func write(to folder: String) throws {
        try AtomicFile.write(try result.json(), to: "\(folder)/metrics.json")
        try evaluation.ec57?.table.write(to: "\(folder)/ec57.csv")
        try AtomicFile.makeFolder("\(folder)/plots")
        for (name, figure) in figures {
            do {
                try figure.write(to: "\(folder)/plots/\(name).svg")
            } catch PlotError.nothingToDraw {
                // The report explains why the figure is missing.
                continue
            }
        }
        try mostConfidentErrors?.write(to: "\(folder)/plots")
        try robustness?.write(to: folder)
        try html().write(to: "\(folder)/report.html")
    }

    /// The figures by file name, in the order of the report.
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
            section.add(table: ensembleTable(of: MetricKey.allCases))
            if evaluation.intervals != nil {
                section.add(
                    paragraph: "The intervals are 95 % bootstrap intervals, resampled by "
                        + (evaluation.files.groups == nil ? "sample." : "group (patient)."))
            }
        }
        report.add("By label") { section in section.add(table: labelTable(withConditions: true)) }
        report.add("Uncertainty") { section in
            for sentence in uncertaintySentences { section.add(paragraph: sentence) }
            if let coverage = result.coverage { section.add(table: coverage.table(codes: result.labels)) }
        }
        if let subgroups { report.add("Patients") { $0.add(table: subgroups) } }
        if let folds = result.folds { report.add(FoldTable(results: folds).section) }
        if let ec57 = evaluation.ec57 { report.add(EC57Table(results: ec57).section) }
        try report.add("Figures") { section in
            for (_, figure) in figures { try section.addIfDrawable(figure: figure) }
        }
        if let robustness { try report.add("Robustness") { try robustness.add(to: &$0) } }
        if let mostConfidentErrors { try report.add("Most confident errors") { try mostConfidentErrors.add(to: &$0) } }
        report.add("Reproducibility") { section in
            section.add(keyValues: [
                ("Model", "\(model.name), sha256 \(result.inputs.modelSHA256)"),
                ("Label space", model.labelSpace.fingerprint), ("Data", "sha256 \(result.inputs.datasetSHA256)"),
                ("Members", model.ensemble.members.map(\.name).joined(separator: ", ")),
                (
                    "Vote weights",
                    zip(model.ensemble.members, model.ensemble.calibration.weights)
                        .map { "\($0.name) \(ReportTable.number($1))" }.joined(separator: ", ")
                ),
                ("Seed", "\(model.provenance.seed)"),
            ])
            var configuration = HTMLSection("Training configuration")
            configuration.add(
                preformatted: model.provenance.configuration.sorted { $0.key < $1.key }
                    .map { "\($0.key): \($0.value)" }.joined(separator: "\n"))
            section.add(collapsed: configuration)
        }
        return report
    }

    /// Returns the text for the terminal: warnings, the table by label and the comparison of systems.
    package func terminalText(_ style: TerminalStyle) -> String {
        var text = result.warnings.map { "Warning: \($0)\n" }.joined()
        if !text.isEmpty { text += "\n" }
        text += TerminalTable(labelTable(withConditions: false), style: style).text + "\n"
        text += TerminalTable(systemsTable, style: style).text + "\n"
        text += TerminalTable(ensembleTable(of: Self.shown), style: style).text + "\n"
        if let folds = result.folds {
            text += TerminalTable(FoldTable(results: folds).table(limit: 20), style: style).text + "\n"
        }
        if let subgroups { text += TerminalTable(subgroups, style: style).text + "\n" }
        if let ec57 = evaluation.ec57 {
            text += TerminalTable(EC57Table(results: ec57).table(records: false), style: style).text + "\n"
        }
        if let coverage = result.coverage {
            text += TerminalTable(coverage.table(codes: result.labels), style: style).text + "\n"
        }
        text += uncertaintySentences.map { $0 + "\n" }.joined() + "\n"
        return text + (robustness?.terminalText ?? "")
    }

    private var uncertaintySentences: [String] {
        guard let found = result.riskCoverage else { return [] }
        let share = { (part: Double) in String(format: "%.1f %%", 100 * part) }
        return [
            "\(share(1 - found.coverage)) of samples are uncertain. Wrong decisions: \(share(found.wholeRisk)) of all"
                + (found.risk.map { ", \(share($0)) excluding uncertain samples" } ?? "")
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

    /// The most requested metrics.
    private static let shown: [MetricKey] = [
        .f1Macro, .top1Accuracy, .top1F1Macro, .rocAUCMacro, .ece, .uncertainFraction,
    ]

    /// The table of the ensemble, its members and the naive baseline.
    private var systemsTable: ReportTable {
        var table = ReportTable(
            caption: "The ensemble, its members and the naive baseline",
            columns: [.init("system", .left), .init("weight")] + Self.shown.map { .init($0.title) })
        table.add(["ensemble", "–"] + Self.shown.map { ReportTable.number(result.metrics[$0]) })
        for (member, weight) in zip(model.ensemble.members, model.ensemble.calibration.weights) {
            table.add(
                [member.name, ReportTable.number(weight)]
                    + Self.shown.map { ReportTable.number(result.members[member.name]?[$0]) })
        }
        table.add(["baseline", "–"] + Self.shown.map { ReportTable.number(result.baseline[$0]) })
        return table
    }

    /// The table of the ensemble's metrics with intervals and the naive baseline.
    private func ensembleTable(of keys: [MetricKey]) -> ReportTable {
        ReportTable(
            caption: "The ensemble",
            columns: [
                .init("metric", .left), .init("value"), .init("95 % interval"), .init("naive baseline"),
            ],
            rows: keys.map { key in
                let ends = result.intervals[key.rawValue]?.map { ReportTable.number($0) }
                return [
                    key.title, ReportTable.number(result.metrics[key]), ends.map { "\($0[0]) … \($0[1])" } ?? "–",
                    ReportTable.number(result.baseline[key]),
                ]
            })
    }
}
