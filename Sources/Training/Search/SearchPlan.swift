import ConfigurationKeys
import Files
import Foundation
import LinearAlgebra

/// An experiment with some of its keys left open: what is to be compared.
public struct SearchPlan: Sendable {
    /// One setting of the open keys.
    struct Candidate: Sendable {
        /// 0 is the experiment as its file has it, the others count from 1.
        let number: Int
        /// Of each axis its value.
        let values: [String]
        let configuration: ExperimentConfiguration
    }

    let settings: SearchSettings
    /// In the order of the command line, after those of the file.
    let axes: [SearchAxis]
    let base: ExperimentConfiguration
    /// The experiment itself first, unless another candidate is the same.
    let candidates: [Candidate]

    /// Reads an experiment file with its block `search:`, and overrides; what the command line says of a key goes
    /// before what the block does. Every candidate is checked before anything is fitted.
    ///
    /// - Throws: `SearchError`, `ConfigurationError`, `FileError`, or a classifier's error for a value out of its
    ///   range.
    public init(file: String, overrides: [String]) throws {
        let yaml = try FileContent.text(of: file, limit: 1 << 20)
        // The file's own faults come first, with their lines.
        _ = try Settings(yaml: yaml, file: file, overrides: ["dataset.path=x", "name=x"])
        var (settings, open) = try SearchSettings.read(yaml: yaml, file: file)
        var fixed: [String] = []
        var named: Set<String> = []
        for override in overrides {
            let parsed = OverrideValues(override)
            let parts = parsed.key.split(separator: ".", maxSplits: 1)
            if parts.count == 2, parts[0] == SearchSettings.block {
                try settings.set(String(parts[1]), to: parsed.values.joined(separator: ","), source: override)
                continue
            }
            let isAxis = parsed.isList || SearchAxis.isRange(parsed.values[0])
            let isAxisBefore = named.contains(parsed.key)
            if isAxis, !named.insert(parsed.key).inserted { throw SearchError.twoAxes(key: parsed.key) }
            if !isAxisBefore { open.removeAll { $0.0 == parsed.key } }
            if isAxis {
                open.append((parsed.key, parsed.values))
            } else if isAxisBefore {
                throw SearchError.twoAxes(key: parsed.key)
            } else {
                fixed.append(override.contains("=") ? parsed.text(parsed.values[0]) : override)
            }
        }
        guard !open.isEmpty else { throw SearchError.nothingToSearch(file: file) }
        let reader = Reader(yaml: yaml, file: file, fixed: fixed)
        let axes = try open.map { key, texts in
            try Self.checkAxis(key)
            return try reader.axis(try SearchAxis(key: key, texts: texts))
        }
        let base = try reader.configuration([], [])
        if settings.isNested, settings.folds < 3, !base.dataset.split.isCrossValidation {
            throw SearchError.tooFewFolds(folds: settings.folds)
        }
        let settingsOfAll =
            try settings.candidates.map { count in try Self.drawn(axes, count, seed: base.seed, reader) }
            ?? Self.grid(axes).enumerated().map { index, values in
                Candidate(number: index + 1, values: values, configuration: try reader.configuration(axes, values))
            }
        let own = Candidate(
            number: 0, values: axes.map { base.resolved[$0.key] ?? Self.memberState(of: $0.key, in: base) },
            configuration: base)
        self.settings = settings
        self.axes = axes
        self.base = base
        let isThereAlready = settingsOfAll.contains { $0.configuration.yaml == base.yaml }
        candidates = (isThereAlready ? [] : [own]) + settingsOfAll
    }

    /// The experiment's text with what is fixed on the command line.
    private struct Reader {
        let yaml: String
        let file: String
        let fixed: [String]

        func configuration(_ axes: [SearchAxis], _ values: [String]) throws -> ExperimentConfiguration {
            let chosen = zip(axes, values).map { "\($0.key)=\($1)" }
            return try ExperimentConfiguration(Settings(yaml: yaml, file: file, overrides: fixed + chosen))
        }

        /// The axis, in whole numbers if its key takes no others.
        func axis(_ axis: SearchAxis) throws -> SearchAxis {
            guard case .range(var range) = axis.values else { return axis }
            do {
                _ = try configuration([axis], [String(format: "%.6f", (range.low + range.high) / 2 + 1e-4)])
            } catch ConfigurationError.badValue(axis.key, _, let expected) where expected.contains("whole number") {
                range.isWhole = true
            } catch {
                // The candidates themselves will say what is wrong.
            }
            return SearchAxis(key: axis.key, values: .range(range))
        }
    }

    /// Every combination, the last axis fastest.
    private static func grid(_ axes: [SearchAxis]) throws -> [[String]] {
        var combinations: [[String]] = [[]]
        for axis in axes {
            let values = axis.grid
            guard combinations.count * values.count <= SearchSettings.mostCandidates else {
                throw SearchError.tooMany(limit: SearchSettings.mostCandidates)
            }
            combinations = combinations.flatMap { start in values.map { start + [$0] } }
        }
        return combinations
    }

    /// Different candidates at random; fewer where there are no more.
    private static func drawn(
        _ axes: [SearchAxis], _ count: Int, seed: UInt64, _ reader: Reader
    ) throws -> [Candidate] {
        var generator = SeededGenerator(seed: seed, purpose: "search")
        var seen: Set<[String]> = []
        var candidates: [Candidate] = []
        for _ in 0 ..< 50 * count where candidates.count < count {
            let values = axes.map { $0.draw(&generator) }
            guard seen.insert(values).inserted else { continue }
            candidates.append(
                Candidate(
                    number: candidates.count + 1, values: values,
                    configuration: try reader.configuration(axes, values)))
        }
        return candidates
    }

    /// `classifiers.mlaram` has no value of its own.
    private static func memberState(of key: String, in configuration: ExperimentConfiguration) -> String {
        configuration.members.contains { key == "classifiers.\($0.name)" } ? "on" : "off"
    }

    /// Refuses keys whose candidates could not be compared.
    private static func checkAxis(_ key: String) throws {
        let reason: String? =
            switch key {
            case "name": "it is the folder that the search goes to."
            case "seed":
                "the luckiest seed is no better than the others. `heartsense train` with seed=1,2,3 shows how much "
                    + "luck there is."
            case "audit", "tracking", "extractor.cache", "uncertainty.minimum_confidence",
                "uncertainty.maximum_disagreement", "uncertainty.false_alarms":
                "it does not change the scores that are compared."
            case _ where key.hasPrefix("evaluation."): "it does not change the scores that are compared."
            case _ where key.hasPrefix("dataset."):
                "it decides which rows are scored, and scores of other rows cannot be compared. `heartsense train` "
                    + "takes several values of it."
            default: nil
            }
        if let reason { throw SearchError.notAnAxis(key: key, reason: reason) }
    }

    /// What the search is: two command lines with the same text search the same.
    var text: String {
        var lines = ["# A search of heartsense: what is varied, and a digest of every candidate's configuration."]
        lines.append("goal: \(settings.goal.rawValue)")
        lines.append(
            "folds: \(base.dataset.split.isCrossValidation ? base.dataset.split.rawValue : "\(settings.folds)")")
        lines.append("nested: \(settings.isNested)")
        lines.append("axes:")
        for axis in axes { lines.append("  \(axis.key): \(YAMLScalar.text(of: axis.description))") }
        lines.append("candidates: \(candidates.count)")
        lines.append("sha256: \(Digest(of: candidates.map(\.configuration.yaml).joined(separator: "---\n")))")
        return lines.joined(separator: "\n") + "\n"
    }
}
