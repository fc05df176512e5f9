import ConfigurationKeys
import Files
import Foundation
import LinearAlgebra
import Runs

/// The candidates of a search: an experiment with several values for some of its keys.
public struct SearchPlan: Sendable {
    /// A combination of values.
    struct Candidate: Sendable {
        /// 0 is the experiment as in its file; the others count from 1.
        let number: Int
        /// The values, in the order of the axes.
        let values: [String]
        let configuration: ExperimentConfiguration
    }

    let settings: SearchSettings
    /// The axes of the file, then those of the command line.
    let axes: [SearchAxis]
    let base: ExperimentConfiguration
    /// The candidates, starting with the experiment itself unless another candidate is equal.
    let candidates: [Candidate]

    /// Reads an experiment file with its block `search:`, and overrides, which replace values of the block. Checks all
    /// candidates before anything is fitted.
    ///
    /// - Throws: `SearchError`, `ConfigurationError`, `FileError`.
    public init(file: String, overrides: [String]) throws {
        let yaml = try FileContent.text(of: file, limit: 1 << 20)
        // Errors of the file come first, with their lines.
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
            let isWhole = ExperimentKeys.table[key]?.form.isWhole ?? false
            return try SearchAxis(key: key, texts: texts, isWhole: isWhole)
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

    /// The text of the experiment with the fixed overrides.
    private struct Reader {
        let yaml: String
        let file: String
        let fixed: [String]

        func configuration(_ axes: [SearchAxis], _ values: [String]) throws -> ExperimentConfiguration {
            let chosen = zip(axes, values).map { "\($0.key)=\($1)" }
            return try ExperimentConfiguration(Settings(yaml: yaml, file: file, overrides: fixed + chosen))
        }
    }

    /// Returns all combinations; the last axis changes fastest.
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

    /// Returns different random candidates; fewer if there are not enough combinations.
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

    /// Returns the value of a key such as `classifiers.mlaram`: on or off.
    private static func memberState(of key: String, in configuration: ExperimentConfiguration) -> String {
        configuration.members.contains { key == "classifiers.\($0.name)" } ? "on" : "off"
    }

    /// Rejects keys whose candidates cannot be compared.
    private static func checkAxis(_ key: String) throws {
        let reason: String? =
            switch ExperimentKeys.table[key]?.search {
            case .namesFolder: "it names the output folder of the search."
            case .seeds:
                "a seed with better scores is only luckier. `heartsense train` with seed=1,2,3 shows the variation."
            case .leavesScores: "it does not change the scores that are compared."
            case .changesRows:
                "it decides which rows are scored, and scores of different rows cannot be compared. `heartsense train` "
                    + "accepts several values."
            case .varies, nil: nil
            }
        if let reason { throw SearchError.notAnAxis(key: key, reason: reason) }
    }

    /// The identity of the search: equal texts run equal searches.
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
