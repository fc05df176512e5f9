import Files
import Foundation
import Yams

/// Reads the YAML of a label space; errors have line numbers.
struct LabelSpaceReader {
    let file: String

    /// A mapping with known keys.
    struct Fields {
        let line: Int
        let values: [String: (line: Int, node: Node)]

        func line(of key: String) -> Int { values[key]?.line ?? line }
    }

    func document(_ data: Data) throws -> Node {
        guard let text = String(data: data, encoding: .utf8) else {
            throw LabelSpaceError.notYAML(file: file, line: 1, problem: "its bytes are not UTF-8 text")
        }
        do {
            guard let root = try Yams.compose(yaml: text) else { throw LabelSpaceError.empty(file: file) }
            return root
        } catch let error as YamlError {
            throw refusal(error)
        }
    }

    func mapping(_ node: Node, keys: [String], optional: [String] = [], of what: String) throws -> Fields {
        let start = line(of: node)
        guard case .mapping(let pairs) = node else {
            throw LabelSpaceError.wrongKind(file: file, line: start, key: what, expected: "keys with values")
        }
        var values: [String: (line: Int, node: Node)] = [:]
        for (key, value) in pairs {
            let name = key.scalar?.string ?? ""
            guard keys.contains(name) || optional.contains(name) else {
                let nearest = NearestName.of(name, among: keys + optional)
                throw LabelSpaceError.unknownKey(
                    file: file, line: line(of: key), key: name, nearest: nearest, known: keys + optional)
            }
            values[name] = (line(of: key), value)
        }
        if let missing = keys.first(where: { values[$0] == nil }) {
            throw LabelSpaceError.missingKey(file: file, line: start, key: missing, of: what)
        }
        return Fields(line: start, values: values)
    }

    func sequence(_ fields: Fields, _ key: String) throws -> [Node] {
        guard case .sequence(let nodes)? = fields.values[key]?.node else {
            throw LabelSpaceError.wrongKind(
                file: file, line: fields.line(of: key), key: key, expected: "a list with one item per dash")
        }
        return Array(nodes)
    }

    /// Returns the text of a scalar, trimmed and not empty.
    func text(_ fields: Fields, _ key: String) throws -> String {
        guard case .scalar(let scalar)? = fields.values[key]?.node else {
            throw LabelSpaceError.wrongKind(file: file, line: fields.line(of: key), key: key, expected: "a text")
        }
        let text = scalar.string.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { throw LabelSpaceError.emptyValue(file: file, line: fields.line(of: key), key: key) }
        return text
    }

    /// Returns the fields of a label.
    func label(at node: Node) throws -> Fields {
        try mapping(
            node, keys: ["code", "condition", "explanation", "link", "stands_for"],
            optional: ["name"] + StatementMapping.keys, of: "a label")
    }

    /// Returns the texts of a list of scalars; none without the key.
    func texts(_ fields: Fields, _ key: String) throws -> [String] {
        guard fields.values[key] != nil else { return [] }
        return try sequence(fields, key).map { node in
            guard case .scalar(let scalar) = node else {
                throw LabelSpaceError.wrongKind(file: file, line: line(of: node), key: key, expected: "a list of texts")
            }
            return scalar.string
        }
    }

    func label(_ fields: Fields) throws -> LabelSpace.Label {
        let code = try text(fields, "code")
        if let problem = LabelSpace.problem(inCode: code) {
            throw LabelSpaceError.code(file: file, line: fields.line(of: "code"), code: code, problem: problem)
        }
        let wanted = try text(fields, "condition")
        guard let condition = Condition(rawValue: wanted) else {
            let known = Condition.allCases.map(\.rawValue)
            throw LabelSpaceError.unknownCondition(
                file: file, line: fields.line(of: "condition"), found: wanted,
                nearest: NearestName.of(wanted, among: known))
        }
        let link = try text(fields, "link")
        guard let parts = URLComponents(string: link), parts.scheme == "https", parts.host?.isEmpty == false else {
            throw LabelSpaceError.link(file: file, line: fields.line(of: "link"), found: link)
        }
        return LabelSpace.Label(
            code: code, name: fields.values["name"] == nil ? nil : try text(fields, "name"), condition: condition,
            explanation: try text(fields, "explanation"), link: link,
            standsFor: try text(fields, "stands_for"))
    }

    private func line(of node: Node) -> Int { node.mark?.line ?? 1 }

    private func refusal(_ error: YamlError) -> LabelSpaceError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .notYAML(file: file, line: mark.line, problem: problem)
        case .duplicatedKeysInMapping(let keys, let context):
            .repeatedKey(file: file, line: context.mark.line, key: keys.first ?? "")
        case .reader(let problem, _, _, _):
            .notYAML(file: file, line: 1, problem: problem)
        default:
            .notYAML(file: file, line: 1, problem: "\(error)")
        }
    }
}
