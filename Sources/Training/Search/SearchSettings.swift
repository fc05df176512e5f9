import ClassificationMetrics
import ConfigurationKeys
import Foundation
import Yams

/// How a search goes about it: the keys `search.*`, with defaults, and what the block `search:` of an experiment file
/// varies.
struct SearchSettings: Equatable, Sendable {
    static let block = Settings.searchBlock

    /// What the best candidate is best at.
    var goal = MetricKey.f1Macro
    /// Of the cross-validation that scores the candidates.
    var folds = 5
    /// Nil for every combination; else so many are drawn.
    var candidates: Int?
    /// Whether the search itself is cross-validated.
    var isNested = false
    /// Most bytes of kernels that are held at the same time.
    var memory = 2048 << 20

    static let mostCandidates = 10_000

    private static let keys: [(name: String, standard: String, meaning: String)] = [
        ("goal", MetricKey.f1Macro.rawValue, "the metric of metrics.json that the best candidate is best at"),
        ("folds", "5", "candidates are scored out of fold; groups stay together; kfold protocols bring their own"),
        (
            "candidates", "all",
            "all combinations (a range gives a value per power of ten, or five), or a number to draw"
        ),
        ("nested", "false", "true: also score the whole search by rows that it has not seen (about 3 times the work)"),
        ("memory", "2048", "MiB of kernel matrices that may be held at the same time"),
    ]

    /// For `--help-config`.
    static var commentedDefaults: String {
        var text = "search:".padding(toLength: 38, withPad: " ", startingAt: 0) + "# what `heartsense search` reads\n"
        for key in keys {
            let entry = "  \(key.name): \(key.standard)".padding(toLength: 38, withPad: " ", startingAt: 0)
            text += entry + "# \(key.meaning)\n"
        }
        return text + "  # and the keys to vary: classifiers.ml-svm.C: 0.1..100, ensemble.vote: [soft, hard]\n"
    }

    /// Takes a value of `search.*`.
    ///
    /// - Parameter name: what follows the dot.
    /// - Throws: `ConfigurationError`.
    mutating func set(_ name: String, to text: String, source: String) throws {
        let key = "\(Self.block).\(name)"
        func refuse(_ expected: String) -> ConfigurationError {
            .badValue(key: key, found: text, expected: expected)
        }
        func integer(_ range: ClosedRange<Int>) throws -> Int {
            guard let value = Int(text), range.contains(value) else {
                throw refuse("a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        switch name {
        case "goal":
            guard let metric = MetricKey(rawValue: text), metric != .uncertainFraction else {
                let known = MetricKey.allCases.filter { $0 != .uncertainFraction }.map(\.rawValue)
                throw refuse("one of " + known.joined(separator: ", "))
            }
            goal = metric
        case "folds": folds = try integer(2 ... 100)
        case "candidates": candidates = text == "all" ? nil : try integer(1 ... Self.mostCandidates)
        case "nested":
            guard ["true", "false", "yes", "no", "on", "off"].contains(text) else { throw refuse("true or false") }
            isNested = ["true", "yes", "on"].contains(text)
        case "memory": memory = try integer(1 ... 1 << 20) << 20
        default:
            throw ConfigurationError.unknownKey(
                source: source, key: key, nearest: Self.keys.map { "\(Self.block).\($0.name)" }.first)
        }
    }

    static func isKey(_ name: String) -> Bool { keys.contains { $0.name == name } }

    /// The block `search:` of a file: settings, and texts of the keys to vary, in their order there.
    ///
    /// - Throws: `ConfigurationError`; for text that is no YAML the configuration itself has thrown before.
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
                        key: "\(block).\(key)", found: "a list or mapping", expected: "a single value")
                }
                try settings.set(key, to: text, source: file)
            } else if let sequence = value.sequence {
                // Aliases could stand for more text than there is memory.
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
                throw ConfigurationError.badValue(key: "\(block).\(key)", found: "a mapping", expected: "values")
            }
        }
        return (settings, axes)
    }
}
