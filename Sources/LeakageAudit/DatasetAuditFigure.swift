import Datasets
import Plots

extension DatasetAudit {
    /// Shows the best probe of each label as drawn and with neutral ink, with the null distribution and the limit.
    public var figure: LeakageFigure {
        let kinds: [(name: String, audit: ProbeAudit)] =
            [("as drawn", asDrawn)] + (neutral.map { [("with neutral ink", $0)] } ?? [])
        func bar(_ label: String, _ audit: ProbeAudit) -> LeakageFigure.Bar? {
            audit.labels.first { $0.label == label }.map {
                LeakageFigure.Bar(
                    probe: $0.probes.joined(separator: " with "), value: $0.balancedAccuracy, null: $0.nullPercentile,
                    limit: AuditSentences.limit($0, rule), leaks: $0.leaks)
            }
        }
        return LeakageFigure(
            title: "Labels predicted by a single number: \(dataset)", kinds: kinds.map(\.name),
            rows: labels.filter { $0.n > 0 }.map { label in
                LeakageFigure.Row(label: label.code, bars: kinds.map { bar(label.code, $0.audit) })
            })
    }
}
