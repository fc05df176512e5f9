import Datasets
import Imaging
import Inference
import LeakageAudit

/// What the audit before a training says: the refusal, or the warnings that go with every result.
struct TrainingFindings {
    let tables: TrainingAudit.Tables
    let preprocessing: Preprocessing
    let dataset: String

    private var own: [ProbeAudit.Finding] { tables.own.leaks }

    /// Leaks of the files that are none of the pictures as training sees them.
    private var onlyInFiles: [ProbeAudit.Finding] {
        tables.files.leaks.filter { finding in !own.contains { $0.label == finding.label } }
    }

    /// Whether what is left of a label would not be a leak, however many pictures there were.
    private func isCured(_ finding: ProbeAudit.Finding) -> Bool {
        guard let left = tables.own.labels.first(where: { $0.label == finding.label }) else { return true }
        return left.balancedAccuracy < AuditSentences.limit(left, tables.settings)
    }

    /// Why nothing was trained, and what to do; nil if nothing leaks.
    var refusal: String? {
        guard !own.isEmpty else { return nil }
        let labels = own.count == 1 ? "a label leaks" : "\(own.count) labels leak"
        var text =
            "\(dataset): nothing was trained, because \(labels) through the pictures as training would see them "
            + "(\(preprocessing)). One number, that knows nothing of the heart, tells from the rest (balanced accuracy; "
            + "chance \(AuditSentences.number(own[0].chance)), 99 % of random labels stay under "
            + "\(AuditSentences.number(own.map(\.nullPercentile).max() ?? 0))):\n"
        text += own.map { finding in
            "  \(finding.label ?? "?") by \(AuditSentences.probes(finding)): "
                + "\(AuditSentences.number(finding.balancedAccuracy))\n"
        }.joined()
        text += "Cure: \(AuditSentences.remedies(own, in: preprocessing.ink))."
        if let neutral = tables.neutral {
            text +=
                neutral.leaks.isEmpty
                ? " Here preprocessing.ink=neutral cures it."
                : " Here preprocessing.ink=neutral would not be enough: \(AuditSentences.list(neutral.leaks)) would stay."
        }
        return text
            + "\nTo train all the same, say audit=accept: report, metrics and model card then carry this at their top."
            + "\n`heartsense dataset audit` shows everything."
    }

    /// Without full stops, as warnings are.
    var warnings: [String] {
        var warnings: [String] = []
        if !own.isEmpty {
            warnings.append(
                "\(TrainedModel.Provenance.acceptedLeakPrefix)in the pictures as training saw them (\(preprocessing)) one number tells "
                    + "labels from the rest, \(AuditSentences.list(own)), where chance is "
                    + "\(AuditSentences.number(own[0].chance)) in balanced accuracy. These scores measure that and not "
                    + "the heart")
        }
        let fates = [
            (true, "The preprocessing of this run (\(preprocessing)) takes that away; other programs still see it"),
            (
                false,
                "Whether the preprocessing of this run (\(preprocessing)) takes that away cannot be told from so few"
            ),
        ]
        for (cured, fate) in fates {
            let findings = onlyInFiles.filter { isCured($0) == cured }
            guard let first = findings.first else { continue }
            warnings.append(
                "The files give labels away: as drawn, one number tells them from the rest, "
                    + "\(AuditSentences.list(findings)), where chance is \(AuditSentences.number(first.chance)) in "
                    + "balanced accuracy. \(fate)")
        }
        let strong = tables.own.labels.filter { AuditSentences.isStrongShape($0, settings: tables.settings) }
        if !strong.isEmpty {
            warnings.append(
                "After preprocessing one number still tells much of some labels, \(AuditSentences.list(strong)), where "
                    + "chance is \(AuditSentences.number(strong[0].chance)) in balanced accuracy: "
                    + AuditSentences.shapeCaveat)
        }
        return warnings
    }
}
