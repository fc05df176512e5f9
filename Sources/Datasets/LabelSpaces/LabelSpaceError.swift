import Foundation

/// An error in a `labels.yaml`.
public enum LabelSpaceError: Error, Equatable {
    case empty(file: String)
    case notYAML(file: String, line: Int, problem: String)
    case wrongKind(file: String, line: Int, key: String, expected: String)
    case unknownKey(file: String, line: Int, key: String, nearest: String?, known: [String])
    case missingKey(file: String, line: Int, key: String, of: String)
    case repeatedKey(file: String, line: Int, key: String)
    case emptyValue(file: String, line: Int, key: String)
    case version(file: String, line: Int, found: String)
    case noLabels(file: String, line: Int)
    case code(file: String, line: Int, code: String, problem: String)
    case repeatedCode(file: String, line: Int, code: String, firstLine: Int)
    case repeatedName(file: String, line: Int, name: String, firstLine: Int)
    case unknownCondition(file: String, line: Int, found: String, nearest: String?)
    case link(file: String, line: Int, found: String)
    case unknownLabel(file: String, line: Int, code: String, known: [String])
    case noStatements(file: String)
}

extension LabelSpaceError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty(let file):
            "\(file): the file is empty. Expected a label space (name, version, labels)."
        case .notYAML(let file, let line, let problem):
            "\(file):\(line): invalid YAML: \(problem)."
        case .wrongKind(let file, let line, let key, let expected):
            "\(file):\(line): \(key) must be \(expected)."
        case .unknownKey(let file, let line, let key, let nearest?, _):
            "\(file):\(line): unknown key “\(key)”. Did you mean “\(nearest)”?"
        case .unknownKey(let file, let line, let key, nil, let known):
            "\(file):\(line): unknown key “\(key)”. Known keys: \(known.joined(separator: ", "))."
        case .missingKey(let file, let line, let key, let what):
            "\(file):\(line): the key “\(key)” is missing in \(what). Add it."
        case .repeatedKey(let file, let line, let key):
            "\(file):\(line): the key “\(key)” is given twice. Remove one."
        case .emptyValue(let file, let line, let key):
            "\(file):\(line): \(key) is empty. Enter a text."
        case .version(let file, let line, let found):
            "\(file):\(line): version is “\(found)”. Expected a whole number of at least 1."
        case .noLabels(let file, let line):
            "\(file):\(line): the list of labels is empty. Add at least one."
        case .code(let file, let line, let code, let problem):
            "\(file):\(line): “\(code)” is not a valid label code: \(problem). Choose another."
        case .repeatedCode(let file, let line, let code, let firstLine):
            "\(file):\(line): the code “\(code)” is already used on line \(firstLine). Choose another."
        case .repeatedName(let file, let line, let name, let firstLine):
            "\(file):\(line): the name “\(name)” is already used on line \(firstLine). Choose another."
        case .unknownCondition(let file, let line, let found, let nearest?):
            "\(file):\(line): unknown condition “\(found)”. Did you mean “\(nearest)”?"
        case .unknownCondition(let file, let line, let found, nil):
            "\(file):\(line): unknown condition “\(found)”. Known conditions: "
                + Condition.allCases.map(\.rawValue).joined(separator: ", ") + "."
        case .link(let file, let line, let found):
            "\(file):\(line): the link “\(found)” is not an https address. Enter one that users can open."
        case .unknownLabel(let file, let line, let code, let known):
            "\(file):\(line): unknown label “\(code)”. Labels: \(known.joined(separator: ", "))."
        case .noStatements(let file):
            "\(file): no label has statements. Add the key scp or snomed to the labels."
        }
    }

    public var errorDescription: String? { description }
}
