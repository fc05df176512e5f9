import ConfigurationKeys
import Datasets
import Foundation
import Imaging
import Inference
import LeakageAudit
import LinearAlgebra
import Progress

/// The audit that every training begins with: on a sample of the pictures that it may learn from, as the files are
/// and as its own preprocessing makes them.
///
/// A leak that preprocessing leaves in is refused, or accepted and told of at the top of every result. One that it
/// takes away is a warning about the files: other programs, and people, still see it.
struct TrainingAudit {
    /// For report, metrics and model card; what was accepted comes first.
    let warnings: [String]
    /// For the log: what was looked at, or why nothing was.
    let notes: [String]

    /// How many pictures are looked at. A label that 300 pictures carry has a null below 0.6, far from the margin.
    static let sampleLimit = 2000

    /// - Throws: `LeakRefusal` if a label leaks through the preprocessed pictures and the configuration does not
    ///   accept it.
    init(of source: DatasetSource, configuration: ExperimentConfiguration, workers: Workers) throws {
        guard configuration.audit != .off else {
            self.init(
                warnings: Self.warnings(ofFeatures: source, configuration),
                notes: ["Not audited for leaking labels: audit is off"])
            return
        }
        guard case .pictures(let dataset) = source else {
            self.init(
                warnings: Self.warnings(ofFeatures: source, configuration),
                notes: ["Not audited for leaking labels: features show no pictures to look at"])
            return
        }
        let rows = Self.sample(of: dataset, seed: configuration.seed)
        let own = configuration.preprocessing
        // What neutral ink would make of the same pictures: said where the files are trained on as drawn.
        let preparations = own.ink == .neutral ? [own] : [own, Preprocessing(crop: own.crop, size: own.size)]
        let bar = ProgressBar("Audit", unit: "pictures")
        let results = PictureReading.readings(
            of: dataset, rows: rows, preparations: preparations, workers: workers, progress: { bar.show($0, of: $1) })
        // Unreadable and blank pictures are the extraction's affair, which comes next and names them all.
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
            self.init(notes: ["Not audited for leaking labels: \(found) are too few to tell anything from chance"])
            return
        }
        let findings = TrainingFindings(
            tables: tables, preprocessing: own, dataset: Dataset.name(of: configuration.dataset.path))
        if configuration.audit == .refuse, let text = findings.refusal { throw LeakRefusal(text: text) }
        self.init(
            warnings: findings.warnings,
            notes: ["Audited \(kept.count) pictures for labels that leak"] + tables.own.warnings)
    }

    private init(warnings: [String] = [], notes: [String]) {
        self.warnings = warnings
        self.notes = notes
    }

    /// A feature file tells how its pictures were made, whatever the configuration says of pictures.
    private static func warnings(ofFeatures source: DatasetSource, _ configuration: ExperimentConfiguration) -> [String]
    {
        guard case .features(let content) = source, configuration.preprocessing.ink != .asDrawn,
            content.extractor.hasPrefix("\(Preprocessing.Ink.asDrawn.rawValue) ")
        else { return [] }
        return [TrainedModel.Provenance.asDrawnWarning]
    }

    /// Rows outside the test part, rare labels first: every label gets an equal share of the limit, or all it has.
    static func sample(of dataset: Dataset, limit: Int = sampleLimit, seed: UInt64) -> [Int] {
        let outside = dataset.samples.indices.filter { dataset.samples[$0].part != .test }
        let rows = outside.isEmpty ? Array(dataset.samples.indices) : outside
        guard rows.count > limit else { return rows }
        let truth = dataset.truth.selecting(rows: rows)
        let present = truth.support.count { $0 > 0 }
        let balanced = Balancing.undersample(truth, above: max(1, limit / max(1, present)), seed: seed)
        // Samples with several labels may leave more than were asked for.
        var generator = SeededGenerator(seed: seed, purpose: "audit sample")
        let kept =
            balanced.kept.count > limit ? generator.shuffled(balanced.kept).prefix(limit).sorted() : balanced.kept
        return kept.map { rows[$0] }
    }

    /// The audits of the same pictures as files, as training sees them, and with neutral ink.
    struct Tables {
        let settings: ProbeAudit.Settings
        let files: ProbeAudit
        let own: ProbeAudit
        /// nil where training sees neutral pictures itself.
        let neutral: ProbeAudit?

        /// nil if no label can be told from chance.
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
