import ClassificationMetrics
import Datasets
import Plots

/// The table of results for groups of patients by sex and age, from the columns `sex` and `age` of the manifest.
struct SubgroupTable {
    /// The results of each group; nil if no group is known.
    let table: ReportTable

    private static let shown: [(title: String, key: MetricKey)] = [
        ("macro F1", .f1Macro), ("ROC AUC", .rocAUCMacro), ("uncertain", .uncertainFraction),
    ]
    /// Fewer patients say too little.
    private static let fewest = 20

    /// - Parameters:
    ///   - set: the scores of n rows.
    ///   - samples: the sample of each row.
    init?(of set: ScoredSet, samples: [Sample]) {
        precondition(samples.count == set.truth.rows, "\(samples.count) samples for \(set.truth.rows) rows")
        var rows: [(group: String, rows: [Int])] = []
        for sex in ["female", "male"] {
            rows.append((sex, samples.indices.filter { samples[$0].columns["sex"] == sex }))
        }
        let ages = samples.map { $0.columns["age"].flatMap(Double.init) }
        for (name, range) in [("under 50", 0.0 ..< 50), ("50 to 69", 50 ..< 70), ("70 and older", 70 ..< 300)] {
            rows.append((name, samples.indices.filter { ages[$0].map(range.contains) ?? false }))
        }
        let known = rows.filter { $0.rows.count >= Self.fewest }
        guard !known.isEmpty else { return nil }
        var table = ReportTable(
            caption: "Patients by sex and age in years",
            columns: [.init("patients", .left), .init("n")] + Self.shown.map { .init($0.title) })
        for (group, rows) in known {
            let metrics = MetricSummary(of: set.selecting(rows: rows))
            table.add([group, ReportTable.count(rows.count)] + Self.shown.map { ReportTable.number(metrics[$0.key]) })
        }
        self.table = table
    }
}
