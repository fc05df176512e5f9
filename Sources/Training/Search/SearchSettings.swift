import ClassificationMetrics
import ConfigurationKeys
import Foundation
import ParameterTables
import Runs
import Yams

/// The settings of a search: the keys `search.*`.
struct SearchSettings: Equatable, Sendable {
    static let block = ExperimentKeys.searchBlock

    /// The values by dotted path, each accepted by the row of its key.
    private var values = Dictionary(uniqueKeysWithValues: Self.keys.map { ($0.path, $0.standard ?? "") })

    /// The metric that the best candidate maximizes or minimizes.
    var goal: MetricKey { MetricKey(rawValue: values["search.goal"]!)! }
    /// The number of folds of the cross-validation that scores the candidates.
    var folds: Int { Int(values["search.folds"]!)! }
    /// The number of candidates to draw; nil for all combinations.
    var candidates: Int? { Int(values["search.candidates"]!) }
    /// Whether the search itself is cross-validated.
    var isNested: Bool { ValueForm.flag(values["search.nested"]!)! }
    /// The maximum memory of kernels in bytes.
    var memory: Int { Int(values["search.memory"]!)! << 20 }

    static let mostCandidates = 10_000

    private static let keys = [
        key(
            "search.goal", MetricKey.f1Macro.rawValue,
            .choice(MetricKey.allCases.filter { $0 != .uncertainFraction }.map(\.rawValue)),
            "metric of metrics.json that selects the best candidate"),
        key(
            "search.folds", "5", .whole(2 ... 100),
            "folds that score the candidates out of fold; groups stay together; kfold protocols have their own folds"),
        key(
            "search.candidates", "all", .either("all", .whole(1 ... mostCandidates)),
            "all combinations (a range gives a value per power of ten, or five), or a number to draw"),
        key(
            "search.nested", "false", .flag,
            "true: also score the complete search on unseen rows (about 3 times the work)"),
        key("search.memory", "2048", .whole(1 ... 1 << 20), "maximum memory for kernel matrices in MiB"),
    ]

    private static func key(
        _ path: String, _ standard: String, _ form: ValueForm, _ meaning: String
    ) -> ConfigurationKey {
        ConfigurationKey(path, standard, form, meaning, readBy: [.train])
    }

    /// The block for `--help-config`.
    static var commentedDefaults: String {
        ConfigurationTable(keys, headings: [keys[0].path: "`heartsense search` reads the keys below."])
            .commentedDefaults()
            + "  # and the keys to vary: classifiers.ml-svm.C: 0.1..100, ensemble.vote: [soft, hard]\n"
    }

    /// Sets a key.
    ///
    /// - Parameter name: the part of the path after `search.`.
    /// - Throws: `ConfigurationError`.
    mutating func set(_ name: String, to text: String, source: String) throws {
        let path = "\(Self.block).\(name)"
        guard let key = Self.keys.first(where: { $0.path == path }) else {
            throw ConfigurationError.unknownKey(
                source: source, key: path, nearest: ConfigurationTable(Self.keys).nearest(to: path))
        }
        guard key.form.accepts(text) else {
            throw ConfigurationError.badValue(source: source, key: path, found: text, expected: key.form.expected)
        }
        values[path] = text
    }

    static func isKey(_ name: String) -> Bool { keys.contains { $0.path == "\(block).\(name)" } }

    /// Reads the block `search:` of a file.
    ///
    /// - Parameter yaml: valid YAML.
    /// - Returns: the settings, and the keys to vary with the texts of their values, in the order of the file.
    /// - Throws: `ConfigurationError`.
    static func read(yaml: String, file: String) throws -> (settings: SearchSettings, axes: [(String, [String])]) {
        var settings = SearchSettings()
        guard let node = try? Yams.compose(yaml: yaml)?.mapping?[Node(block)] else { return (settings, []) }
        guard let mapping = node.mapping else {
            if ["", "~", "null"].contains(node.string) { return (settings, []) }
            throw ConfigurationError.notAMapping(file: file, key: block, found: node.string ?? "a list")
        }
        var axes: [(String, [String])] = []
        for (name, value) in mapping {
            let key = name.string ?? "?"
            if isKey(key) {
                guard let text = value.string else {
                    throw ConfigurationError.badValue(
                        source: file, key: "\(block).\(key)", found: "a list or mapping", expected: "a single value")
                }
                try settings.set(key, to: text, source: file)
            } else if let sequence = value.sequence {
                // Aliases could expand to more text than fits in memory.
                guard sequence.count <= mostCandidates, sequence.allSatisfy({ ($0.sequence?.count ?? 0) <= 100 }) else {
                    throw SearchError.tooMany(limit: mostCandidates)
                }
                let items = sequence.compactMap { item in
                    item.string ?? item.sequence.map { $0.compactMap(\.string).joined(separator: ", ") }
                }
                axes.append((key, items))
            } else if let text = value.string {
                axes.append((key, OverrideValues("\(key)=[\(text)]").values))
            } else {
                throw ConfigurationError.badValue(
                    source: file, key: "\(block).\(key)", found: "a mapping", expected: "values")
            }
        }
        return (settings, axes)
    }
}
