import ConfigurationKeys
import Datasets
import Foundation
import Imaging
import Inference
import LeakageAudit
import LinearAlgebra
import Progress

/// The leakage audit at the start of a training, on a sample of the training pictures as drawn and as preprocessed.
///
/// A leak in the preprocessed pictures is refused, or accepted with a warning at the top of every result. A leak that
/// preprocessing removes is a warning about the files.
struct TrainingAudit {
    /// The warnings of all results. An accepted leak comes first.
    let warnings: [ResultWarning]
    /// Lines for the log.
    let notes: [String]

    /// The number of audited pictures. A label with 300 pictures has a null percentile below 0.6, far from the margin.
    static let sampleLimit = 2000

    /// - Throws: `LeakRefusal` if a label leaks through the preprocessed pictures and the configuration does not
    ///   accept it.
    init(of source: DatasetSource, configuration: ExperimentConfiguration, workers: Workers) throws {
        guard configuration.audit != .off else {
            self.init(
                warnings: Self.warnings(ofFeatures: source, configuration),
                notes: ["The leakage audit is off"])
            return
        }
        if case .recordings(let dataset) = source {
            try self.init(ofRecordings: dataset, configuration: configuration, workers: workers)
            return
        }
        if case .beats = source {
            self.init(notes: ["No leakage audit: all beats of a record have the same file and device"])
            return
        }
        guard let dataset = source.pictures else {
            self.init(
                warnings: Self.warnings(ofFeatures: source, configuration),
                notes: ["No leakage audit: a feature file has no pictures"])
            return
        }
        let rows = Self.sample(of: dataset, seed: configuration.seed)
        let own = configuration.preprocessing
        // A training with ink as drawn also reports whether neutral ink would remove the leak.
        let preparations = own.ink == .neutral ? [own] : [own, Preprocessing(crop: own.crop, size: own.size)]
        let bar = ProgressBar("Audit", unit: "pictures")
        let results = PictureReading.readings(
            of: dataset, rows: rows, preparations: preparations, workers: workers, progress: { bar.show($0, of: $1) })
        // Feature extraction, which comes next, reports unreadable and blank pictures.
        var kept: [Int] = []
        var readings: [PictureReading] = []
        for (row, result) in zip(rows, results) {
            guard let reading = try? result.get(), reading.prepared != nil else { continue }
            kept.append(row)
            readings.append(reading)
        }
        let tables = try Tables(
            readings, truth: dataset.truth.selecting(rows: kept), codes: dataset.labelSpace.codes,
            preparations: preparations, seed: configuration.seed, workers: workers)
        guard let tables else {
            let found = "\(kept.count) \(kept.count == 1 ? "picture" : "pictures")"
            self.init(notes: ["No leakage audit: \(found) are too few to tell a leak from chance"])
            return
        }
        let findings = TrainingFindings(
            tables: tables, preprocessing: own, dataset: Dataset.name(of: configuration.dataset.path))
        if configuration.audit == .refuse, let text = findings.refusal { throw LeakRefusal(text: text) }
        self.init(
            warnings: findings.warnings,
            notes: ["Leakage audit of \(kept.count) pictures"] + tables.own.warnings)
    }

    init(warnings: [ResultWarning] = [], notes: [String]) {
        self.warnings = warnings
        self.notes = notes
    }

    /// The ink of a feature file follows from its extractor, not from the configuration.
    private static func warnings(
        ofFeatures source: DatasetSource, _ configuration: ExperimentConfiguration
    ) -> [ResultWarning] {
        guard case .features(let content) = source, configuration.preprocessing.ink != .asDrawn,
            FeatureExtractor.ink(ofLabel: content.extractor) == .asDrawn
        else { return [] }
        return [.asDrawn]
    }

    /// Draws rows outside the test part. Each label gets an equal share of the limit, or all rows it has.
    static func sample(of dataset: Dataset, limit: Int = sampleLimit, seed: UInt64) -> [Int] {
        let outside = dataset.samples.indices.filter { dataset.samples[$0].part != .test }
        let rows = outside.isEmpty ? Array(dataset.samples.indices) : outside
        guard rows.count > limit else { return rows }
        let truth = dataset.truth.selecting(rows: rows)
        let present = truth.support.count { $0 > 0 }
        let balanced = Balancing.undersample(truth, above: max(1, limit / max(1, present)), seed: seed)
        // Samples with several labels can exceed the limit.
        var generator = SeededGenerator(seed: seed, purpose: "audit sample")
        let kept =
            balanced.kept.count > limit ? generator.shuffled(balanced.kept).prefix(limit).sorted() : balanced.kept
        return kept.map { rows[$0] }
    }

    /// The audits of the same pictures as drawn, as preprocessed, and with neutral ink.
    struct Tables {
        let settings: ProbeAudit.Settings
        let files: ProbeAudit
        let own: ProbeAudit
        /// nil if training itself uses neutral ink.
        let neutral: ProbeAudit?

        /// - Returns: nil if no label can be assessed.
        init?(
            _ readings: [PictureReading], truth: LabelMatrix, codes: [String], preparations: [Preprocessing],
            seed: UInt64, workers: Workers
        ) throws {
            var settings = ProbeAudit.Settings(seed: seed)
            settings.includesPairs = false
            self.settings = settings
            guard readings.count >= settings.folds else { return nil }
            func audit(_ values: [[Double]], _ ink: Preprocessing.Ink) throws -> ProbeAudit {
                try ProbeAudit(
                    of: ImageProbe.table(values, ink: ink), truth: truth, codes: codes, settings: settings,
                    workers: workers)
            }
            let prepared = preparations.indices.map { index in readings.map { $0.prepared?[index] ?? [] } }
            files = try audit(readings.map(\.drawn), .asDrawn)
            own = try audit(prepared[0], preparations[0].ink)
            neutral = preparations.count > 1 ? try audit(prepared[1], .neutral) : nil
            guard !own.scores.isEmpty else { return nil }
        }
    }
}
