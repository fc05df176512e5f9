import Foundation

/// What is wrong with a `labels.yaml`, and on which line.
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
    case unknownCondition(file: String, line: Int, found: String, nearest: String?)
    case link(file: String, line: Int, found: String)
}

extension LabelSpaceError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty(let file):
            "\(file): the file is empty, a label space was expected (name, version, labels)."
        case .notYAML(let file, let line, let problem):
            "\(file):\(line): this is not YAML: \(problem)."
        case .wrongKind(let file, let line, let key, let expected):
            "\(file):\(line): \(key) must be \(expected)."
        case .unknownKey(let file, let line, let key, let nearest?, _):
            "\(file):\(line): the key “\(key)” is unknown. Did you mean “\(nearest)”?"
        case .unknownKey(let file, let line, let key, nil, let known):
            "\(file):\(line): the key “\(key)” is unknown. Known are \(known.joined(separator: ", "))."
        case .missingKey(let file, let line, let key, let what):
            "\(file):\(line): \(what) lacks the key “\(key)”. Add it."
        case .repeatedKey(let file, let line, let key):
            "\(file):\(line): the key “\(key)” is given twice. Remove one."
        case .emptyValue(let file, let line, let key):
            "\(file):\(line): \(key) is empty. Write a text."
        case .version(let file, let line, let found):
            "\(file):\(line): version is “\(found)”, a whole number from 1 was expected."
        case .noLabels(let file, let line):
            "\(file):\(line): the list of labels is empty. Describe at least one."
        case .code(let file, let line, let code, let problem):
            "\(file):\(line): “\(code)” cannot be a label's code: \(problem). Choose another."
        case .repeatedCode(let file, let line, let code, let firstLine):
            "\(file):\(line): the code “\(code)” is already used on line \(firstLine). Every label needs its own."
        case .unknownCondition(let file, let line, let found, let nearest?):
            "\(file):\(line): the condition “\(found)” is unknown. Did you mean “\(nearest)”?"
        case .unknownCondition(let file, let line, let found, nil):
            "\(file):\(line): the condition “\(found)” is unknown. Known are "
                + Condition.allCases.map(\.rawValue).joined(separator: ", ") + "."
        case .link(let file, let line, let found):
            "\(file):\(line): the link “\(found)” is not an https address. People click on it: give one."
        }
    }

    public var errorDescription: String? { description }
}
