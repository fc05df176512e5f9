import Datasets
import Imaging
import Plots

/// What the audit found, in sentences: the same words for the terminal, the JSON file, runs and reports.
package enum AuditSentences {
    /// What a finding of shape can be, for people.
    package static let shapeCaveat = "about the drawing's shape, which could be the heart or the layout"

    /// A label that leaks, how surely, and what to do.
    static func leak(
        _ finding: ProbeAudit.Finding, in ink: Preprocessing.Ink, settings: ProbeAudit.Settings,
        neutral: ProbeAudit?
    ) -> String {
        var text =
            "\(finding.label ?? "?") leaks: \(probes(finding)) alone tells it from the rest with balanced accuracy "
            + "\(number(finding.balancedAccuracy)) (chance \(number(finding.chance)), \(null(finding, settings)))."
        if let cure = cure(finding, in: ink) { text += " Cure: \(cure)." }
        guard ink == .asDrawn, let neutral else { return text }
        if let left = neutral.leaks.first(where: { $0.label == finding.label }) {
            text += " Neutral ink does not cure it: \(probes(left)) still reaches \(number(left.balancedAccuracy))."
        } else if let left = neutral.labels.first(where: { $0.label == finding.label }) {
            if left.balancedAccuracy >= limit(left, settings) {
                return text
                    + " Whether neutral ink cures it cannot be told from so few pictures: \(probes(left)) still "
                    + "reaches \(number(left.balancedAccuracy)) (surely \(number(left.lowerBound)))."
            }
            text += " Neutral ink cures it: the best that is left is \(probes(left)), \(number(left.balancedAccuracy))."
        } else if neutral.scores[finding.label ?? ""] != nil {
            text += " Neutral ink cures it: no number that differs is left."
        }
        return text
    }

    /// A finding of shape that is strong but does not convict; nil for any other.
    static func shape(_ finding: ProbeAudit.Finding, settings: ProbeAudit.Settings) -> String? {
        guard isStrongShape(finding, settings: settings), let label = finding.label else { return nil }
        let text =
            "\(label) does not leak, but \(probes(finding)) alone tells it from the rest with balanced accuracy "
            + "\(number(finding.balancedAccuracy)). That is \(shapeCaveat): it would count as a leak "
        guard finding.balancedAccuracy >= limit(finding, settings) else {
            return text + "from \(number(limit(finding, settings)))."
        }
        return text + "if it were surely \(number(limit(finding, settings))), and with so few pictures it is surely "
            + "\(number(finding.lowerBound))."
    }

    /// From where a finding counts as a leak.
    package static func limit(_ finding: ProbeAudit.Finding, _ settings: ProbeAudit.Settings) -> Double {
        finding.chance + (finding.isOfShape ? settings.shapeMargin : settings.margin)
    }

    /// As far above chance as other probes must be to convict, and beyond what chance reaches.
    package static func isStrongShape(_ finding: ProbeAudit.Finding, settings: ProbeAudit.Settings) -> Bool {
        finding.isOfShape && !finding.leaks && finding.balancedAccuracy > finding.nullPercentile
            && finding.balancedAccuracy >= finding.chance + settings.margin
    }

    /// `N, S and V by darkest grey (1.000), F by …`: labels that one probe tells equally well stand together.
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

    /// The cures of some findings, each once.
    package static func cures(_ findings: [ProbeAudit.Finding], in ink: Preprocessing.Ink) -> String {
        var seen: Set<String> = []
        return findings.compactMap { cure($0, in: ink) }.filter { seen.insert($0).inserted }.joined(separator: "; ")
    }

    package static func probes(_ finding: ProbeAudit.Finding) -> String { finding.probes.joined(separator: " with ") }

    package static func number(_ value: Double) -> String { ReportTable.number(value) }

    private static func cure(_ finding: ProbeAudit.Finding, in ink: Preprocessing.Ink) -> String? {
        finding.probes.first.flatMap(ImageProbe.init(rawValue:))?.cure(in: ink)
    }

    private static func null(_ finding: ProbeAudit.Finding, _ settings: ProbeAudit.Settings) -> String {
        "\(Int((100 * settings.level).rounded())) % of random labels stay under \(number(finding.nullPercentile))"
    }
}
