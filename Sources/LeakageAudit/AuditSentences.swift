import Datasets
import Imaging
import Plots

/// Formulates the findings of the audit for the terminal, the JSON file, runs and reports.
package enum AuditSentences {
    /// Explains a finding of shape.
    static let shapeCaveat = "about the drawing's shape, which could be the heart or the layout"

    /// Describes a leaking label: the probe, the evidence and the remedy.
    static func leak(
        _ finding: ProbeAudit.Finding, in ink: Preprocessing.Ink, settings: ProbeAudit.Settings,
        neutral: ProbeAudit?
    ) -> String {
        var text =
            "\(finding.label ?? "?") leaks: \(probes(finding)) alone predicts it with balanced accuracy "
            + "\(number(finding.balancedAccuracy)) (chance \(number(finding.chance)), \(null(finding, settings)))."
        if let remedy = remedy(finding, in: ink) { text += " Remedy: \(remedy)." }
        guard ink == .asDrawn, let neutral else { return text }
        if let left = neutral.leaks.first(where: { $0.label == finding.label }) {
            text +=
                " Neutral ink does not remove the leak: \(probes(left)) still reaches "
                + "\(number(left.balancedAccuracy))."
        } else if let left = neutral.labels.first(where: { $0.label == finding.label }) {
            if left.balancedAccuracy >= limit(left, settings) {
                return text
                    + " There are too few pictures to tell whether neutral ink removes the leak: \(probes(left)) "
                    + "still reaches \(number(left.balancedAccuracy)) (lower bound \(number(left.lowerBound)))."
            }
            text +=
                " Neutral ink removes the leak: the best remaining probe is \(probes(left)), "
                + "\(number(left.balancedAccuracy))."
        } else if neutral.scores[finding.label ?? ""] != nil {
            text += " Neutral ink removes the leak: no remaining probe differs."
        }
        return text
    }

    /// Describes a strong finding of shape that does not count as a leak; nil for other findings.
    static func shape(_ finding: ProbeAudit.Finding, settings: ProbeAudit.Settings) -> String? {
        guard isStrongShape(finding, settings: settings), let label = finding.label else { return nil }
        let text =
            "\(label) does not leak, but \(probes(finding)) alone predicts it with balanced accuracy "
            + "\(number(finding.balancedAccuracy)). That is \(shapeCaveat): it would count as a leak "
        guard finding.balancedAccuracy >= limit(finding, settings) else {
            return text + "from \(number(limit(finding, settings)))."
        }
        return text + "if the lower bound reached \(number(limit(finding, settings))). With so few pictures the lower "
            + "bound is \(number(finding.lowerBound))."
    }

    /// Returns the balanced accuracy at which a finding counts as a leak.
    package static func limit(_ finding: ProbeAudit.Finding, _ settings: ProbeAudit.Settings) -> Double {
        finding.chance + (finding.isOfShape ? settings.shapeMargin : settings.margin)
    }

    /// Whether a finding of shape exceeds the margin of the other probes and the null distribution, but is no leak.
    package static func isStrongShape(_ finding: ProbeAudit.Finding, settings: ProbeAudit.Settings) -> Bool {
        finding.isOfShape && !finding.leaks && finding.balancedAccuracy > finding.nullPercentile
            && finding.balancedAccuracy >= finding.chance + settings.margin
    }

    /// Lists labels by probe, with equal findings together: `N, S and V by darkest grey (1.000), F by …`.
    package static func list(_ findings: [ProbeAudit.Finding]) -> String {
        var order: [String] = []
        var labels: [String: [String]] = [:]
        for finding in findings {
            let reason = "\(probes(finding)) (\(number(finding.balancedAccuracy)))"
            if labels[reason] == nil { order.append(reason) }
            labels[reason, default: []].append(finding.label ?? "?")
        }
        return order.map { reason in
            let codes = labels[reason] ?? []
            let joined =
                codes.count < 2
                ? codes.joined() : codes.dropLast().joined(separator: ", ") + " and \(codes[codes.count - 1])"
            return "\(joined) by \(reason)"
        }.joined(separator: ", ")
    }

    /// Returns the distinct remedies for a list of findings.
    package static func remedies(_ findings: [ProbeAudit.Finding], in ink: Preprocessing.Ink) -> String {
        var seen: Set<String> = []
        return findings.compactMap { remedy($0, in: ink) }.filter { seen.insert($0).inserted }.joined(separator: "; ")
    }

    package static func probes(_ finding: ProbeAudit.Finding) -> String { finding.probes.joined(separator: " with ") }

    package static func number(_ value: Double) -> String { ReportTable.number(value) }

    private static func remedy(_ finding: ProbeAudit.Finding, in ink: Preprocessing.Ink) -> String? {
        guard let name = finding.probes.first else { return nil }
        return ImageProbe(rawValue: name)?.remedy(in: ink) ?? RecordingProbe(rawValue: name)?.remedy
    }

    private static func null(_ finding: ProbeAudit.Finding, _ settings: ProbeAudit.Settings) -> String {
        "\(Int((100 * settings.level).rounded())) % of random labels are below \(number(finding.nullPercentile))"
    }
}
