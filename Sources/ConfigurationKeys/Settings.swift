import Files
import Foundation
import ParameterTables
import Yams

/// The values of a configuration by dotted path, with overrides applied and defaults filled in.
///
/// Values are checked when they are read, against the row of their key. An error names the source of the value.
package struct Settings {
    /// The table of the keys.
    package let table: ConfigurationTable
    /// The classifiers in use, in the order of the table.
    package private(set) var classifiers: [String]

    private struct Entry {
        let text: String
        /// The file or variable of the value, for errors.
        let source: String

        /// - Parameter key: the row of the value; nil for a default.
        init(_ text: String, of key: ConfigurationKey? = nil, source: String) {
            self.text = key?.form.canonical(text) ?? text
            self.source = source
        }
    }

    private var entries: [String: Entry] = [:]
    private let program: Program
    /// The files of the configuration and of secrets that other users can read.
    package private(set) var exposedFiles: [String] = []

    /// The values of all keys in use.
    package var values: [String: String] { entries.mapValues(\.text) }

    /// Reads an experiment file.
    ///
    /// Keys of other programs are accepted in the file and ignored.
    ///
    /// - Parameters:
    ///   - file: the name of the text in errors.
    ///   - overrides: texts such as `seed=7`, which replace values of the file.
    /// - Throws: `ConfigurationError`.
    package init(
        yaml: String, file: String, overrides: [String], table: ConfigurationTable, program: Program
    ) throws {
        self.table = table
        self.program = program
        let root = try Self.compose(yaml, file: file)
        guard let root, let mapping = root.mapping else {
            throw ConfigurationError.notAMapping(
                file: file, key: "", found: root == nil ? "nothing" : "a single value", program: program)
        }
        classifiers = mapping["classifiers"] == nil ? table.classifiers.filter(\.isStandard).map(\.name) : []
        try read(mapping, under: [], file: file)
        for override in overrides { try apply(override) }
        let known = table.classifiers.map(\.name)
        if classifiers.isEmpty, !known.isEmpty { throw ConfigurationError.noClassifier(file: file, known: known) }
        classifiers = known.filter(classifiers.contains)
        // In the resolved file, the values of a disabled classifier would enable it.
        entries = entries.filter { isInUse($0.key) }
        for key in table.keys where entries[key.path] == nil && isInUse(key.path) {
            guard let standard = key.standard else {
                throw ConfigurationError.missingKey(file: file, key: key.path)
            }
            entries[key.path] = Entry(standard, source: "defaults")
        }
    }

    /// Reads the settings of the server.
    ///
    /// - Parameters:
    ///   - file: a YAML file, or nil for the defaults.
    ///   - environment: variables, which replace values of the file.
    /// - Throws: `ConfigurationError`, `FileError`.
    package init(file: String?, environment: [String: String], table: ConfigurationTable) throws {
        self.table = table
        program = .server
        classifiers = []
        for key in table.keys { entries[key.path] = Entry(key.standard ?? "", source: "defaults") }
        // A file that contains only comments has no effect.
        if let file, let root = try Self.compose(try FileContent.text(of: file, limit: 1 << 20), file: file),
            root.null == nil
        {
            guard let mapping = root.mapping else {
                throw ConfigurationError.notAMapping(
                    file: file, key: "", found: Self.kind(of: root), program: program)
            }
            try read(mapping, under: [], file: file)
        }
        try EnvironmentVariables.check(environment)
        if let file { note(file) }
        for key in table.keys {
            if let text = environment[key.variable] { entries[key.path] = Entry(text, of: key, source: key.variable) }
            guard key.isSecret, let path = environment[key.fileVariable], !path.isEmpty else { continue }
            guard environment[key.variable] == nil else {
                throw ConfigurationError.badValue(
                    source: key.fileVariable, key: key.path, found: "\(key.variable) too",
                    expected: "set by one variable")
            }
            // Editors end a file with a line break, which is not part of the secret.
            let text = try FileContent.text(of: path, limit: 1 << 16)
            entries[key.path] = Entry(
                String(text.reversed().drop(while: \.isNewline).reversed()), of: key, source: key.fileVariable)
            note(path)
        }
    }

    /// Remembers a file that the group or other users can read.
    private mutating func note(_ file: String) {
        var status = stat()
        if stat(file, &status) == 0, status.st_mode & 0o044 != 0 { exposedFiles.append(file) }
    }

    private static func compose(_ yaml: String, file: String) throws -> Node? {
        do { return try Yams.compose(yaml: yaml) } catch {
            throw ConfigurationError.notYAML(file: file, reason: sentence(of: error))
        }
    }

    private mutating func read(_ mapping: Node.Mapping, under path: [String], file: String) throws {
        for (name, value) in mapping {
            let path = path + [name.string ?? "?"]
            let key = path.joined(separator: ".")
            if table.otherBlocks.contains(key) { continue }
            if table.isBlock(key) {
                let isClassifier = path.first == "classifiers" && path.count == 2
                if isClassifier { setClassifier(path[1], isOn: value.string != "off") }
                if let inner = value.mapping {
                    try read(inner, under: path, file: file)
                } else if !isEmptyBlock(value) && !(isClassifier && value.string == "off") {
                    throw ConfigurationError.notAMapping(
                        file: file, key: key, found: Self.text(of: value) ?? "a list", program: program)
                }
            } else {
                guard let known = table[key] else { throw unknown(key, in: file) }
                guard let text = program == .server ? value.scalar?.string : Self.text(of: value) else {
                    throw ConfigurationError.badValue(
                        source: file, key: key, found: Self.kind(of: value), expected: "a single value")
                }
                entries[key] = Entry(text, of: known, source: file)
            }
        }
    }

    private func isEmptyBlock(_ node: Node) -> Bool {
        program != .server && ["", "~", "null"].contains(node.string)
    }

    private mutating func apply(_ override: String) throws {
        guard let equals = override.firstIndex(of: "="), equals > override.startIndex else {
            throw ConfigurationError.notAnOverride(text: override)
        }
        let key = String(override[..<equals]).trimmingCharacters(in: .whitespaces)
        let value = String(override[override.index(after: equals)...]).trimmingCharacters(in: .whitespaces)
        let parts = key.split(separator: ".").map(String.init)
        if parts.count == 2, parts[0] == "classifiers", table.classifiers.contains(where: { $0.name == parts[1] }) {
            guard ["on", "off"].contains(value) else {
                throw ConfigurationError.badValue(
                    source: Self.commandLine, key: key, found: value, expected: "on or off")
            }
            return setClassifier(parts[1], isOn: value == "on")
        }
        guard let known = table[key] else { throw unknown(key, in: override) }
        guard known.readers.contains(program) else {
            throw ConfigurationError.keyOfOther(key: key, program: program)
        }
        if parts.count == 3, parts[0] == "classifiers" { setClassifier(parts[1], isOn: true) }
        entries[key] = Entry(value, of: known, source: Self.commandLine)
    }

    private static let commandLine = "command line"

    private mutating func setClassifier(_ name: String, isOn: Bool) {
        classifiers.removeAll { $0 == name }
        if isOn { classifiers.append(name) }
    }

    private func isInUse(_ path: String) -> Bool {
        guard let key = table[path], key.readers.contains(program) else { return false }
        let parts = path.split(separator: ".")
        return parts[0] != "classifiers" || classifiers.contains(String(parts[1]))
    }

    private func unknown(_ key: String, in source: String) -> ConfigurationError {
        .unknownKey(source: source, key: key, nearest: table.nearest(to: key), program: program)
    }

    /// Describes a Yams error in one line, with its line number.
    private static func sentence(of error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "line \(mark.line): \(problem)"
        case .duplicatedKeysInMapping(let keys, let context):
            "line \(context.mark.line): duplicate key \(keys.first ?? "")"
        case .reader(let problem, _, _, _): problem
        default: "\(error)".replacing("\n", with: " ")
        }
    }

    /// Returns a scalar as written and a flat list as `1, 2, 3`; nil for a mapping.
    private static func text(of node: Node) -> String? {
        if let sequence = node.sequence {
            let items = sequence.compactMap(\.string)
            return items.count == sequence.count ? items.joined(separator: ", ") : nil
        }
        return node.mapping == nil ? node.string : nil
    }

    private static func kind(of node: Node) -> String {
        node.mapping != nil ? "a mapping" : node.sequence != nil ? "a list" : "a single value"
    }
}

extension Settings {
    /// Returns the value of a key as text, unchecked.
    package func text(_ key: String) -> String { entries[key]?.text ?? "" }

    /// Returns the value of a key as text that the row of the key accepts.
    ///
    /// - Throws: `ConfigurationError.badValue`.
    package func checked(_ key: String) throws -> String {
        guard let form = table[key]?.form else { preconditionFailure("\(key) is not in the table") }
        guard form.accepts(text(key)) else { throw badValue(key, expected: form.expected) }
        return text(key)
    }

    /// Returns the text of a key that may be a word such as `off` or `auto`; nil for the word.
    package func text(_ key: String, or word: String) throws -> String? {
        let text = try checked(key)
        return text == word ? nil : text
    }

    package func integer(_ key: String) throws -> Int { value(key, try checked(key)) }

    package func number(_ key: String) throws -> Double { value(key, try checked(key)) }

    /// Returns a whole number, or nil for a word such as `off` or `auto`.
    package func integer(_ key: String, or word: String) throws -> Int? {
        try text(key, or: word).map { value(key, $0) }
    }

    /// Returns a number, or nil for a word such as `off`.
    package func number(_ key: String, or word: String) throws -> Double? {
        try text(key, or: word).map { value(key, $0) }
    }

    package func seed(_ key: String) throws -> UInt64 { UInt64(try checked(key)) ?? 0 }

    package func flag(_ key: String) throws -> Bool { ValueForm.flag(try checked(key)) ?? false }

    package func choice<Choice: RawRepresentable>(_ key: String, _: Choice.Type) throws -> Choice
    where Choice.RawValue == String {
        let text = try checked(key)
        guard let choice = Choice(rawValue: text) else {
            preconditionFailure("\(Choice.self) has no case \(text), which \(key) accepts")
        }
        return choice
    }

    /// Returns the values of a block, by the last part of their paths.
    package func texts(under block: String) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: entries.compactMap { path, entry in
                path.hasPrefix(block + ".") ? (String(path.dropFirst(block.count + 1)), entry.text) : nil
            })
    }

    private func value<Value: ParameterValue>(_ key: String, _ text: String) -> Value {
        guard let value = Value(parameterText: text) else {
            preconditionFailure("\(key) accepts \(text), which is not a value of \(Value.self)")
        }
        return value
    }

    /// Returns an error that names the key, its value and the source of the value.
    package func badValue(_ key: String, expected: String) -> ConfigurationError {
        .badValue(source: entries[key]?.source, key: key, found: text(key), expected: expected)
    }
}
