import Datasets
import Imaging
import Inference
import LeakageAudit

/// The findings of the audit before a training: a refusal, or warnings for every result.
struct TrainingFindings {
    let tables: TrainingAudit.Tables
    let preprocessing: Preprocessing
    let dataset: String

    private var own: [ProbeAudit.Finding] { tables.own.leaks }

    /// Leaks as drawn that are no leaks after preprocessing.
    private var onlyInFiles: [ProbeAudit.Finding] {
        tables.files.leaks.filter { finding in !own.contains { $0.label == finding.label } }
    }

    /// Whether the best remaining probe stays below the limit of a leak.
    private func isRemoved(_ finding: ProbeAudit.Finding) -> Bool {
        guard let left = tables.own.labels.first(where: { $0.label == finding.label }) else { return true }
        return left.balancedAccuracy < AuditSentences.limit(left, tables.settings)
    }

    /// The text of the refusal with its remedy; nil if nothing leaks.
    var refusal: String? {
        guard !own.isEmpty else { return nil }
        let labels = own.count == 1 ? "a label leaks" : "\(own.count) labels leak"
        var text =
            "\(dataset): training refused, because \(labels) in the preprocessed pictures (\(preprocessing)). One number "
            + "that does not describe the heart predicts the label (balanced accuracy; chance "
            + "\(AuditSentences.number(own[0].chance)), 99 % of random labels are below "
            + "\(AuditSentences.number(own.map(\.nullPercentile).max() ?? 0))):\n"
        text += own.map { finding in
            "  \(finding.label ?? "?") by \(AuditSentences.probes(finding)): "
                + "\(AuditSentences.number(finding.balancedAccuracy))\n"
        }.joined()
        text += "Remedy: \(AuditSentences.remedies(own, in: preprocessing.ink))."
        if let neutral = tables.neutral {
            text +=
                neutral.leaks.isEmpty
                ? " For these pictures preprocessing.ink=neutral removes the leak."
                : " preprocessing.ink=neutral is not enough: \(AuditSentences.list(neutral.leaks)) would remain."
        }
        return text
            + "\nTo train anyway, set audit=accept. Report, metrics and model card then begin with a warning."
            + "\n`heartsense dataset audit` shows all findings."
    }

    var warnings: [ResultWarning] {
        var warnings: [ResultWarning] = []
        let name = "\(preprocessing)"
        if let first = own.first {
            warnings.append(
                .acceptedLeak(labels: AuditSentences.list(own), chance: first.chance, preprocessing: name))
        }
        for isRemoved in [true, false] {
            let findings = onlyInFiles.filter { self.isRemoved($0) == isRemoved }
            guard let first = findings.first else { continue }
            warnings.append(
                .leakInFiles(
                    labels: AuditSentences.list(findings), chance: first.chance, preprocessing: name,
                    isRemoved: isRemoved))
        }
        let strong = tables.own.labels.filter { AuditSentences.isStrongShape($0, settings: tables.settings) }
        if let first = strong.first {
            warnings.append(.predictiveShape(labels: AuditSentences.list(strong), chance: first.chance))
        }
        return warnings
    }
}
