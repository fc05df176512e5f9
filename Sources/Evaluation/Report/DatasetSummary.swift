import Datasets
import Plots

/// A summary of a dataset for the terminal: samples by label and part, and the meaning of the labels.
public struct DatasetSummary: Sendable {
    private let dataset: Dataset

    public init(of dataset: Dataset) { self.dataset = dataset }

    public var text: String {
        let samples = dataset.samples
        let parts = Part.allCases.filter { part in samples.contains { $0.part == part } }
        var columns = [ReportTable.Column("label", .left), .init("condition", .left), .init("samples")]
        columns += parts.map { .init($0.rawValue) }
        var table = ReportTable(
            caption: "\(dataset.root): \(samples.count) samples, label space \(dataset.labelSpace.fingerprint)",
            columns: columns)
        for (index, label) in dataset.labelSpace.labels.enumerated() {
            let carrying = samples.filter { $0.labels.contains(index) }
            table.add(
                [label.code, label.condition.rawValue, ReportTable.count(carrying.count)]
                    + parts.map { part in ReportTable.count(carrying.count { $0.part == part }) })
        }
        var text = TerminalTable(table).text
        let groups = Set(samples.compactMap(\.group)).count
        let folds = Set(samples.compactMap(\.fold)).count
        if groups > 0 { text += "\(groups) groups (patients)\n" }
        if folds > 0 { text += "\(folds) folds\n" }
        for warning in dataset.warnings { text += "Warning: \(warning)\n" }
        return text
    }
}
