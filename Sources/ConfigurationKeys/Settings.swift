import Files
import Foundation
import Yams

/// The values of an experiment file, flat by dotted path, with overrides applied and defaults filled in.
///
/// Typed sections read from it; a wrong value is refused with its key, what was found and what was expected.
package struct Settings {
    package private(set) var values: [String: String]
    /// The classifier blocks, in the order of the table.
    package private(set) var classifiers: [String]

    /// Whose keys are in use; those of other commands may stand in the file and are passed over.
    let command: ConfigurationKey.Command

    /// The block of `heartsense search`, which reads it itself.
    package static let searchBlock = "search"

    private static let members = ["binary-relevance", "mlaram", "ml-svm", "mltsvm"]
    /// Those of a file that names none.
    private static let standardMembers = ["binary-relevance", "mlaram", "ml-svm"]

    /// - Throws: `ConfigurationError`, `FileError`.
    package init(file: String, overrides: [String], of command: ConfigurationKey.Command = .train) throws {
        try self.init(
            yaml: try FileContent.text(of: file, limit: 1 << 20), file: file, overrides: overrides, of: command)
    }

    /// - Parameter file: what errors call the text's source.
    package init(yaml: String, file: String, overrides: [String], of command: ConfigurationKey.Command = .train) throws
    {
        self.command = command
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch {
            throw ConfigurationError.notYAML(file: file, reason: Self.sentence(of: error))
        }
        guard let root, let mapping = root.mapping else {
            throw ConfigurationError.notAMapping(file: file, key: "", found: root == nil ? "nothing" : "a single value")
        }
        values = [:]
        classifiers = mapping["classifiers"] == nil ? Self.standardMembers : []
        try read(mapping, under: [], file: file)
        for override in overrides { try apply(override) }
        if classifiers.isEmpty { throw ConfigurationError.noClassifier(file: file) }
        classifiers = Self.members.filter(classifiers.contains)
        // What was said of a member that is off would switch it on when the resolved file is read again.
        values = values.filter { isInUse($0.key) }
        for key in ConfigurationKey.all where values[key.path] == nil && isInUse(key.path) {
            guard let standard = key.standard else {
                throw ConfigurationError.missingKey(file: file, key: key.path)
            }
            values[key.path] = standard
        }
    }

    private mutating func read(_ mapping: Node.Mapping, under path: [String], file: String) throws {
        for (name, value) in mapping {
            let path = path + [name.string ?? "?"]
            let key = path.joined(separator: ".")
            if key == Self.searchBlock { continue }
            if Self.isBlock(key) {
                if path.first == "classifiers", path.count == 2 {
                    setMember(path[1], isOn: value.string != "off")
                }
                if let inner = value.mapping {
                    try read(inner, under: path, file: file)
                } else if !["", "~", "null"].contains(value.string) && !(path.count == 2 && value.string == "off") {
                    throw ConfigurationError.notAMapping(file: file, key: key, found: Self.text(of: value) ?? "a list")
                }
            } else {
                guard ConfigurationKey.all.contains(where: { $0.path == key }) else {
                    throw Self.unknown(key, in: file)
                }
                guard let text = Self.text(of: value) else {
                    throw ConfigurationError.badValue(key: key, found: "a mapping", expected: "a single value")
                }
                values[key] = text
            }
        }
    }

    private mutating func apply(_ override: String) throws {
        guard let equals = override.firstIndex(of: "="), equals > override.startIndex else {
            throw ConfigurationError.notAnOverride(text: override)
        }
        let key = String(override[..<equals]).trimmingCharacters(in: .whitespaces)
        let value = String(override[override.index(after: equals)...]).trimmingCharacters(in: .whitespaces)
        let parts = key.split(separator: ".").map(String.init)
        if parts.count == 2, parts[0] == "classifiers", Self.members.contains(parts[1]) {
            guard ["on", "off"].contains(value) else {
                throw ConfigurationError.badValue(key: key, found: value, expected: "on or off")
            }
            return setMember(parts[1], isOn: value == "on")
        }
        guard let known = ConfigurationKey.all.first(where: { $0.path == key }) else {
            throw Self.unknown(key, in: override)
        }
        guard known.isOf(command) else {
            throw ConfigurationError.keyOfOther(key: key, command: command.rawValue)
        }
        if parts.count == 3, parts[0] == "classifiers" { setMember(parts[1], isOn: true) }
        values[key] = value
    }

    /// - Parameter name: a member, which the table has been asked for.
    private mutating func setMember(_ name: String, isOn: Bool) {
        classifiers.removeAll { $0 == name }
        if isOn { classifiers.append(name) }
    }

    private func isInUse(_ path: String) -> Bool {
        guard ConfigurationKey.all.contains(where: { $0.path == path && $0.isOf(command) }) else { return false }
        let parts = path.split(separator: ".")
        return parts[0] != "classifiers" || classifiers.contains(String(parts[1]))
    }

    /// Whether keys start with this path: `balance`, `classifiers.mlaram`.
    private static func isBlock(_ path: String) -> Bool {
        !ConfigurationKey.keys(under: path).isEmpty
    }

    private static func unknown(_ key: String, in source: String) -> ConfigurationError {
        let known = ConfigurationKey.all.map(\.path)
        // Somebody who left the block out meant the only key that ends like this.
        let endings = known.filter { $0.hasSuffix(".\(key)") }
        let blocks = Set(known.flatMap { path in path.indices.filter { path[$0] == "." }.map { String(path[..<$0]) } })
        let nearest = endings.count == 1 ? endings[0] : NearestName.of(key, among: known + blocks.sorted())
        return .unknownKey(source: source, key: key, nearest: nearest)
    }

    /// What Yams has to say, in one line and with the place.
    private static func sentence(of error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "line \(mark.line): \(problem)"
        case .duplicatedKeysInMapping(let keys, let context):
            "line \(context.mark.line): the key \(keys.first ?? "") is there twice"
        case .reader(let problem, _, _, _): problem
        default: "\(error)"
        }
    }

    /// A scalar as written, a flat list as `1, 2, 3`, nothing for a mapping.
    private static func text(of node: Node) -> String? {
        if let sequence = node.sequence {
            let items = sequence.compactMap(\.string)
            return items.count == sequence.count ? items.joined(separator: ", ") : nil
        }
        return node.mapping == nil ? node.string : nil
    }
}

extension Settings {
    /// The value at `key`, which the table names.
    package func text(_ key: String) -> String { values[key] ?? "" }

    package func integer(_ key: String, _ range: ClosedRange<Int>) throws -> Int {
        guard let value = Int(text(key)), range.contains(value) else {
            let expected =
                range.upperBound == .max
                ? "a whole number of at least \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw ConfigurationError.badValue(key: key, found: text(key), expected: expected)
        }
        return value
    }

    /// A seed: any whole number of 64 bits.
    package func seed(_ key: String) throws -> UInt64 {
        guard let value = UInt64(text(key)) else {
            throw ConfigurationError.badValue(
                key: key, found: text(key), expected: "a whole number from 0 to \(UInt64.max)")
        }
        return value
    }

    package func number(_ key: String, _ range: ClosedRange<Double>) throws -> Double {
        guard let value = Double(text(key)), range.contains(value) else {
            let expected =
                range.upperBound.isFinite ? "a number from \(range.lowerBound) to \(range.upperBound)" : "a number"
            throw ConfigurationError.badValue(key: key, found: text(key), expected: expected)
        }
        return value
    }

    /// A number, or nil for `off`.
    package func optionalNumber(_ key: String, _ range: ClosedRange<Double>) throws -> Double? {
        text(key) == "off" ? nil : try number(key, range)
    }

    package func flag(_ key: String) throws -> Bool {
        switch text(key) {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: throw ConfigurationError.badValue(key: key, found: text(key), expected: "true or false")
        }
    }

    package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) throws -> Choice
    where Choice.RawValue == String {
        guard let value = Choice(rawValue: text(key)) else {
            let names = Choice.allCases.map(\.rawValue)
            let expected =
                names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " or " + names.last!
            throw ConfigurationError.badValue(key: key, found: text(key), expected: expected)
        }
        return value
    }
}
