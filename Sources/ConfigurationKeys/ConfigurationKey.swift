import Files
import ParameterTables

/// The programs that read configurations.
public enum Program: String, Sendable {
    case train, pretrain, server

    /// The command that lists the keys of the program.
    var help: String { self == .server ? "heartsense-server --help-config" : "heartsense \(rawValue) --help-config" }
}

/// A key of a configuration: path, default, accepted values and meaning.
///
/// Parsing, validation, help and search axes use this row. The rows of a classifier come from the table of its
/// parameters.
package struct ConfigurationKey: Sendable {
    /// The dotted path, for example `balance.undersample_above`.
    package let path: String
    /// The default as text; nil if the file must contain the key.
    package let standard: String?
    package let form: ValueForm
    package let meaning: String
    let readers: Set<Program>
    package let search: SearchRule
    /// Whether the value is a secret, which a file can contain alone.
    package let isSecret: Bool

    /// Whether `heartsense search` can compare values of a key, and the reason if it cannot.
    package enum SearchRule: Sendable {
        case varies
        /// The key names the output folder.
        case namesFolder
        /// The key is the seed.
        case seeds
        /// The key does not change the scores.
        case leavesScores
        /// The key changes which rows are scored.
        case changesRows
    }

    package init(
        _ path: String, _ standard: String?, _ form: ValueForm, _ meaning: String, readBy readers: Set<Program>,
        search: SearchRule = .varies, isSecret: Bool = false
    ) {
        self.path = path
        self.standard = standard
        self.form = form
        self.meaning = meaning
        self.readers = readers
        self.search = search
        self.isSecret = isSecret
    }

    /// The environment variable that sets the key.
    package var variable: String { "HEARTSENSE_" + path.uppercased().replacing(".", with: "_") }

    /// The environment variable with the path of a file that contains a secret.
    package var fileVariable: String { variable + "_FILE" }
}

/// The keys of the files that one or several programs read.
package struct ConfigurationTable: Sendable {
    /// The keys, in the order of the help.
    package let keys: [ConfigurationKey]
    /// The blocks `classifiers.<name>`, and whether a file that lists no classifier uses them.
    package let classifiers: [(name: String, isStandard: Bool)]
    /// Blocks that `Settings` skips, because other code parses them.
    let otherBlocks: Set<String>
    /// Headings in the help, by the path of the key below them.
    let headings: [String: String]
    private let keyOfPath: [String: ConfigurationKey]
    private let blocks: Set<String>

    package init(
        _ keys: [ConfigurationKey], classifiers: [(name: String, isStandard: Bool)] = [],
        otherBlocks: Set<String> = [], headings: [String: String] = [:]
    ) {
        self.keys = keys
        self.classifiers = classifiers
        self.otherBlocks = otherBlocks
        self.headings = headings
        keyOfPath = Dictionary(keys.map { ($0.path, $0) }) { first, _ in first }
        blocks = Set(
            keys.flatMap { key in key.path.indices.filter { key.path[$0] == "." }.map { String(key.path[..<$0]) } })
    }

    package subscript(path: String) -> ConfigurationKey? { keyOfPath[path] }

    /// Returns whether keys start with this path: `balance`, `classifiers.mlaram`.
    package func isBlock(_ path: String) -> Bool { blocks.contains(path) }

    /// Returns whether a key belongs to a classifier that is used only if the file lists it.
    func isOptional(_ key: ConfigurationKey) -> Bool {
        classifiers.contains { !$0.isStandard && key.path.hasPrefix("classifiers.\($0.name).") }
    }

    /// Returns the key or block that a wrong name most likely means; nil if none is similar.
    package func nearest(to name: String) -> String? {
        let known = keys.map(\.path)
        // If exactly one key ends with the name, the user probably omitted its block.
        let endings = known.filter { $0.hasSuffix(".\(name)") }
        return endings.count == 1 ? endings[0] : NearestName.of(name, among: known + blocks.sorted())
    }

    /// Returns the keys as a commented YAML file with the defaults, as `--help-config` prints it. Classifiers that are
    /// off by default are commented out.
    ///
    /// - Parameter program: nil for the keys of all programs.
    package func commentedDefaults(of program: Program? = nil) -> String {
        let keys = keys.filter { key in program.map(key.readers.contains) ?? true }
        return text(of: keys) { key, indent in
            let entry = indent + "\(key.path.split(separator: ".").last ?? ""): \(key.standard ?? "…")"
            let comments = Self.wrapped(key.meaning, width: 80)
            return [Self.padded(entry, to: 36) + "  # \(comments[0])"]
                + comments.dropFirst().map { Self.padded("", to: 38) + "# " + $0 }
        } isComment: {
            isOptional($0)
        } heading: {
            program == nil ? headings[$0.path] : nil
        }
    }

    /// Returns resolved values as YAML that parses to the same values.
    package func yaml(of resolved: [String: String]) -> String {
        text(of: keys.filter { resolved[$0.path] != nil }) { key, indent in
            [indent + "\(key.path.split(separator: ".").last ?? ""): " + YAMLScalar.text(of: resolved[key.path] ?? "")]
        }
    }

    /// Returns lines for each key, with a line for each block that opens.
    private func text(
        of keys: [ConfigurationKey], lines entry: (ConfigurationKey, _ indent: String) -> [String],
        isComment: (ConfigurationKey) -> Bool = { _ in false }, heading: (ConfigurationKey) -> String? = { _ in nil }
    ) -> String {
        var lines: [String] = []
        var open: [Substring] = []
        for key in keys {
            if let heading = heading(key) { lines += ["", "# \(heading)"] }
            let parts = key.path.split(separator: ".")
            var depth = 0
            while depth < min(open.count, parts.count - 1), open[depth] == parts[depth] { depth += 1 }
            let first = lines.count
            for level in depth ..< parts.count - 1 {
                lines.append(String(repeating: "  ", count: level) + parts[level] + ":")
            }
            open = Array(parts.dropLast())
            lines += entry(key, String(repeating: "  ", count: open.count))
            if isComment(key) {
                for line in first ..< lines.count where lines[line].hasPrefix("  ") {
                    lines[line] = "# " + lines[line].dropFirst(2)
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Splits a text into lines of at most `width` characters at blanks.
    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + word.count >= width { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines
    }

    private static func padded(_ text: String, to length: Int) -> String {
        text + String(repeating: " ", count: max(0, length - text.count))
    }
}
