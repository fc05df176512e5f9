import ClassificationMetrics
import Plots

/// The table of the folds of a cross-validation: one row each, then mean and standard deviation.
struct FoldTable {
    let results: FoldResults

    private static let shown: [(title: String, key: MetricKey)] = [
        ("macro F1", .f1Macro), ("micro F1", .f1Micro), ("Hamming", .hammingLoss), ("top-1 acc.", .top1Accuracy),
        ("top-1 F1", .top1F1Macro), ("ROC AUC", .rocAUCMacro),
    ]

    /// Explains the results of a cross-validation.
    static let explanation =
        "Each row was scored by a model that was fitted, balanced, calibrated and tuned on other folds only. "
        + "The model file was fitted on all rows afterwards and scored none of them here. "
        + "The results above pool all rows. Mean and standard deviation (sd) are over the folds."

    /// - Parameter limit: The most folds that are listed. With more, only mean and standard deviation are shown.
    func table(limit: Int = .max) -> ReportTable {
        let count = results.each.count
        var table = ReportTable(
            caption: "\(count) folds" + (count > limit ? " (listed in the report)" : ""),
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
