import ConfigurationKeys
import Datasets
import Digitization
import Inference
import LeakageAudit
import LinearAlgebra
import Progress

extension TrainingAudit {
    /// Audits a sample of the training recordings: facts of file and device that predict a label. Pages are left out,
    /// because their facts are those of the drawing.
    ///
    /// - Throws: `LeakRefusal` if a label leaks and the configuration does not accept it.
    init(ofRecordings dataset: Dataset, configuration: ExperimentConfiguration, workers: Workers) throws {
        let rows = Self.sample(of: dataset, seed: configuration.seed)
        let bar = ProgressBar("Audit", unit: "recordings")
        let results = try workers.map(rows.count) { index, _ -> [Double]? in
            let path = dataset.path(of: dataset.samples[rows[index]])
            defer { bar.show(index + 1, of: rows.count) }
            // Extraction of measurements, which comes next, reports files that cannot be read.
            return PageDigitizer.isPage(path) ? nil : try? RecordingProbe.values(of: path)
        }
        let kept = rows.indices.filter { results[$0] != nil }
        var settings = ProbeAudit.Settings(seed: configuration.seed)
        settings.includesPairs = false
        guard kept.count >= settings.folds else {
            self.init(warnings: [], notes: ["No leakage audit: too few recordings to tell a leak from chance"])
            return
        }
        let audit = try ProbeAudit(
            of: RecordingProbe.table(kept.compactMap { results[$0] }),
            truth: dataset.truth.selecting(rows: kept.map { rows[$0] }), codes: dataset.labelSpace.codes,
            settings: settings, workers: workers)
        let name = Dataset.name(of: configuration.dataset.path)
        if configuration.audit == .refuse, let text = Self.refusal(audit, dataset: name) {
            throw LeakRefusal(text: text)
        }
        var warnings: [ResultWarning] = []
        if let first = audit.leaks.first {
            warnings.append(
                .acceptedLeak(
                    labels: AuditSentences.list(audit.leaks), chance: first.chance, preprocessing: "recordings"))
        }
        let strong = audit.labels.filter { AuditSentences.isStrongShape($0, settings: settings) }
        if let first = strong.first {
            warnings.append(.predictiveShape(labels: AuditSentences.list(strong), chance: first.chance))
        }
        self.init(
            warnings: warnings, notes: ["Leakage audit of \(kept.count) recordings"] + audit.warnings)
    }

    private static func refusal(_ audit: ProbeAudit, dataset: String) -> String? {
        guard let first = audit.leaks.first else { return nil }
        let findings = audit.leaks.map { finding in
            "  \(finding.label ?? "?") by \(AuditSentences.probes(finding)): "
                + "\(AuditSentences.number(finding.balancedAccuracy))\n"
        }.joined()
        return
            "\(dataset): training refused, because labels leak. One number of the file or the device predicts the label "
            + "(balanced accuracy; chance \(AuditSentences.number(first.chance))):\n" + findings
            + "Remedy: \(AuditSentences.remedies(audit.leaks, in: .neutral)).\n"
            + "To train anyway, set audit=accept. Report, metrics and model card then begin with a warning."
    }
}
