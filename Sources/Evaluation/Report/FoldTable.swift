import ClassificationMetrics
import Plots

/// The folds of a cross-validation as a table: one row each, then mean and standard deviation.
struct FoldTable {
    let results: FoldResults

    private static let shown: [(title: String, key: MetricKey)] = [
        ("macro F1", .f1Macro), ("micro F1", .f1Micro), ("Hamming", .hammingLoss), ("top-1 acc.", .top1Accuracy),
        ("top-1 F1", .top1F1Macro), ("ROC AUC", .rocAUCMacro),
    ]

    /// What is to be known of a run with folds: what was scored, and what the model file is.
    static let explanation =
        "Each row was scored by a model that was fitted, balanced, calibrated and tuned on other folds only. "
        + "The model file is none of those: it was fitted on all rows afterwards and has scored none of them here. "
        + "The results above pool all rows; mean and standard deviation (sd) are over the folds."

    /// - Parameter limit: with more folds than this only mean and standard deviation are shown.
    func table(limit: Int = .max) -> ReportTable {
        let count = results.each.count
        var table = ReportTable(
            caption: "\(count) folds" + (count > limit ? " (each is in the report)" : ""),
            columns: [.init("fold", .left), .init("n")] + Self.shown.map { .init($0.title) })
        for fold in results.each where count <= limit {
            add(fold.name, ReportTable.count(fold.n), fold.metrics, &table)
        }
        add("mean", "", results.mean, &table)
        add("sd", "", results.sd, &table)
        return table
    }

    /// The report's section.
    var section: HTMLSection {
        var section = HTMLSection("Folds")
        section.add(paragraph: Self.explanation)
        section.add(table: table())
        return section
    }

    private func add(_ name: String, _ n: String, _ metrics: MetricSummary, _ table: inout ReportTable) {
        table.add([name, n] + Self.shown.map { ReportTable.number(metrics[$0.key]) })
    }
}
