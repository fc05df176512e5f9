import Datasets
import Files
import Foundation
import Imaging
import LinearAlgebra
import Progress

/// The result of `heartsense dataset audit`: leakage of labels, duplicates and other defects of a dataset.
///
/// Leakage means that a trivial property of a picture, unrelated to the heart, predicts its label. Every picture is
/// read once. Its one-number probes (`ImageProbe`) are computed as drawn and with neutral ink, and `ProbeAudit`
/// tests both tables. Duplicates, near-duplicates and groups in several parts are reported and do not change the
/// verdict.
///
/// Keys of the JSON file, which sorts them alphabetically. All lists are complete; the terminal shows excerpts.
///
/// ```json
/// { "dataset": "name", "dataset_sha256": "…", "heartsense": "0.1.0", "n": 1710,
///   "ink": "as-drawn",                       the pictures that the verdict applies to; or "neutral"
///   "leaks": true, "verdict": ["one sentence per leaking label, or one that reports no leak"],
///   "notes": ["one sentence per strong finding of shape that does not count as a leak"],
///   "rule": { "seed", "permutations", "folds", "bins", "pair_bins", "includes_pairs", "margin", "shape_margin",
///             "level" },
///   "as_drawn": TABLE, "neutral": TABLE,     neutral is absent if too few pictures show a drawing
///   "labels": [{ "code", "condition", "stands_for", "n" }],
///   "duplicates": { "sets": [["path", …]], "across_parts": […], "across_labels": […] },
///   "near_duplicates": the same for pairs; only one picture of each duplicate set is compared,
///   "groups_across_parts": ["group"], "groups_across_folds": ["group"],
///   "unreadable": [{ "path", "reason" }], "blank": [{ "path", "reason" }], "warnings": ["…"] }
/// ```
///
/// TABLE is a `ProbeAudit`: `{ "labels": [FINDING], "overall": FINDING, "pairs": [FINDING], "scores": { "label":
/// { "probe": balanced accuracy } }, "warnings": [] }`. FINDING is `{ "label", "probes", "balanced_accuracy",
/// "lower_bound", "chance", "null_percentile", "is_of_shape", "leaks" }`. `label` is absent in `overall`, which tests
/// all labels at once. `pairs` exist only in the table of the verdict.
public struct DatasetAudit: Codable, Equatable, Sendable {
    public let heartsense: String
    public let dataset: String
    public let datasetSHA256: Digest
    /// The number of pictures that were read.
    public let n: Int
    /// The pictures that the verdict applies to: as drawn, or with neutral ink.
    public let ink: Preprocessing.Ink
    /// Whether any label leaks. The exit status is then 3.
    public let leaks: Bool
    public let verdict: [String]
    public let notes: [String]
    public let rule: ProbeAudit.Settings
    public let asDrawn: ProbeAudit
    public let neutral: ProbeAudit?
    public let labels: [LabelCount]
    public let duplicates: DuplicateSets
    public let nearDuplicates: DuplicateSets
    public let groupsAcrossParts: [String]
    public let groupsAcrossFolds: [String]
    /// Missing files and files that are not valid pictures. They are not in the tables.
    public let unreadable: [LeftOut]
    /// Pictures without a drawing. They are in the table as drawn but not in the neutral one.
    public let blank: [LeftOut]
    public let warnings: [String]

    /// A label with its number of pictures.
    public struct LabelCount: Codable, Equatable, Sendable {
        public let code: String
        public let condition: String
        public let standsFor: String
        public let n: Int

        enum CodingKeys: String, CodingKey {
            case code, condition
            case standsFor = "stands_for"
            case n
        }
    }

    /// Sets of identical or nearly identical pictures, by path.
    public struct DuplicateSets: Codable, Equatable, Sendable {
        public let sets: [[String]]
        /// The sets with pictures in more than one part.
        public let acrossParts: [[String]]
        /// The sets with pictures of different labels.
        public let acrossLabels: [[String]]

        enum CodingKeys: String, CodingKey {
            case sets
            case acrossParts = "across_parts"
            case acrossLabels = "across_labels"
        }
    }

    public struct LeftOut: Codable, Equatable, Sendable {
        public let path: String
        public let reason: String
    }

    enum CodingKeys: String, CodingKey {
        case heartsense, dataset
        case datasetSHA256 = "dataset_sha256"
        case n, ink, leaks, verdict, notes, rule
        case asDrawn = "as_drawn"
        case neutral, labels, duplicates
        case nearDuplicates = "near_duplicates"
        case groupsAcrossParts = "groups_across_parts"
        case groupsAcrossFolds = "groups_across_folds"
        case unreadable, blank, warnings
    }

    /// The table that the verdict applies to.
    public var table: ProbeAudit { ink == .neutral ? neutral ?? asDrawn : asDrawn }
}

extension DatasetAudit {
    /// Audits a folder of pictures.
    ///
    /// - Parameters:
    ///   - listed: The pictures. Files that cannot be read are listed and left out.
    ///   - ink: The pictures that the verdict applies to.
    ///   - settings: The parameters of the rule. Pairs are tested only in the table of the verdict.
    ///   - progress: Receives the progress of each stage, from any thread.
    /// - Throws: `AuditError`.
    public init(
        of listed: Dataset, ink: Preprocessing.Ink, settings: ProbeAudit.Settings = .init(seed: 1), workers: Workers,
        progress: @escaping @Sendable (_ stage: Stage, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
    ) throws {
        let path = listed.root
        let results = PictureReading.readings(
            of: listed, rows: Array(listed.samples.indices), preparations: [Preprocessing()], workers: workers,
            progress: { progress(.pictures, $0, $1) })
        var readings: [PictureReading] = []
        var rows: [Int] = []
        var unreadable = listed.missing.map { LeftOut(path: $0, reason: "\($0): the file does not exist.") }
        for (row, result) in results.enumerated() {
            switch result {
            case .success(let reading):
                rows.append(row)
                readings.append(reading)
            case .failure(let error):
                unreadable.append(LeftOut(path: listed.samples[row].path, reason: "\(error)"))
            }
        }
        guard !readings.isEmpty else {
            throw AuditError.nothingReadable(dataset: path, first: unreadable.first?.reason ?? "there are no files")
        }
        let tables = try Self.tables(
            readings, of: listed.subset(rows), path: path, ink: ink, settings: settings, workers: workers,
            progress: { progress(.permutations, $0, $1) })
        self.init(of: listed, rows: rows, readings, tables, ink: ink, unreadable: unreadable)
    }

    /// The slow stages of an audit.
    public enum Stage: Sendable {
        case pictures, permutations
    }

    private struct Tables {
        let settings: ProbeAudit.Settings
        let asDrawn: ProbeAudit
        let neutral: ProbeAudit?
    }

    private static func tables(
        _ readings: [PictureReading], of dataset: Dataset, path: String, ink: Preprocessing.Ink,
        settings: ProbeAudit.Settings, workers: Workers, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> Tables {
        let truth = dataset.truth
        let steps = settings.permutations * (settings.includesPairs ? 2 : 1)
        let total = steps + settings.permutations
        let drawn = readings.indices.filter { readings[$0].prepared != nil }
        func audit(_ rows: [Int], _ kind: Preprocessing.Ink, from start: Int) throws -> ProbeAudit? {
            // Each fold needs at least one row.
            guard rows.count >= settings.folds else { return nil }
            var settings = settings
            settings.includesPairs = settings.includesPairs && kind == ink
            let values = rows.map { kind == .neutral ? readings[$0].prepared?[0] ?? [] : readings[$0].drawn }
            return try ProbeAudit(
                of: ImageProbe.table(values, ink: kind), truth: truth.selecting(rows: rows),
                codes: dataset.labelSpace.codes, settings: settings, workers: workers,
                progress: { done, _ in progress(start + done, total) })
        }
        let first = ink == .asDrawn ? steps : settings.permutations
        let asDrawn = try audit(Array(readings.indices), .asDrawn, from: 0)
        let neutral = try audit(drawn, .neutral, from: first)
        guard let asDrawn, let judged = ink == .asDrawn ? asDrawn : neutral, !judged.scores.isEmpty else {
            let pictures = ink == .asDrawn ? readings.count : drawn.count
            throw AuditError.tooFew(dataset: path, pictures: pictures, folds: settings.folds)
        }
        return Tables(settings: settings, asDrawn: asDrawn, neutral: neutral)
    }

    private init(
        of listed: Dataset, rows: [Int], _ readings: [PictureReading], _ tables: Tables, ink: Preprocessing.Ink,
        unreadable: [LeftOut]
    ) {
        let dataset = listed.subset(rows)
        let samples = dataset.samples
        heartsense = HeartSenseVersion.current
        self.dataset = Dataset.name(of: listed.root)
        datasetSHA256 = dataset.digest(contents: readings.map(\.file))
        n = readings.count
        self.ink = ink
        rule = tables.settings
        asDrawn = tables.asDrawn
        neutral = tables.neutral
        let judged = ink == .neutral ? tables.neutral ?? tables.asDrawn : tables.asDrawn
        leaks = !judged.leaks.isEmpty
        verdict = Self.verdict(judged, ink: ink, tables: tables)
        notes = judged.labels.compactMap { AuditSentences.shape($0, settings: tables.settings) }
        labels = Self.labels(of: dataset)

        let found = DuplicatePictures(readings: readings, dataset: dataset)
        duplicates = found.duplicates
        nearDuplicates = found.nearDuplicates
        groupsAcrossParts = Split(parts: samples.map(\.part)).crossingGroups(samples.map(\.group))
        groupsAcrossFolds = GroupCrossings.ofFolds(samples.map(\.fold), groups: samples.map(\.group))
        self.unreadable = unreadable
        blank = zip(samples, readings).compactMap { sample, reading in
            reading.blank.map { LeftOut(path: sample.path, reason: $0) }
        }
        warnings =
            listed.warnings.map(\.description) + judged.warnings + Self.warnings(labels, groups: samples.map(\.group))
    }

    private static func verdict(_ judged: ProbeAudit, ink: Preprocessing.Ink, tables: Tables) -> [String] {
        let settings = tables.settings
        guard judged.leaks.isEmpty else {
            return judged.leaks.map {
                AuditSentences.leak($0, in: ink, settings: settings, neutral: tables.neutral)
            }
        }
        var text =
            "No label leaks in the pictures \(ink == .neutral ? "with neutral ink" : "as drawn"): "
        if let best = judged.labels.max(by: { $0.balancedAccuracy < $1.balancedAccuracy }) {
            text +=
                "the best one-number probe is \(AuditSentences.probes(best)) for \(best.label ?? "?"), balanced accuracy "
                + "\(AuditSentences.number(best.balancedAccuracy)) (chance \(AuditSentences.number(best.chance)))"
            if best.isOfShape { text += ", \(AuditSentences.shapeCaveat)" }
        } else {
            text += "no one-number probe differs between pictures"
        }
        return [text + "."]
    }

    static func labels(of dataset: Dataset) -> [LabelCount] {
        zip(dataset.labelSpace.labels, dataset.truth.support).map { label, count in
            LabelCount(code: label.code, condition: label.condition.rawValue, standsFor: label.standsFor, n: count)
        }
    }

    private static func warnings(_ labels: [LabelCount], groups: [String?]) -> [String] {
        var warnings = labels.filter { $0.n == 0 }.map { "label \($0.code) (\($0.standsFor)) has no pictures" }
        if groups.allSatisfy({ $0 == nil }) {
            warnings.append("there are no groups, so patients in several parts cannot be detected")
        }
        return warnings
    }

    /// Returns the JSON text with sorted keys, so that files can be compared line by line.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
