import Foundation

/// An error in a configuration file, an override or an environment variable.
public enum ConfigurationError: Error, Equatable {
    case notYAML(file: String, reason: String)
    case notAMapping(file: String, key: String, found: String, program: Program = .train)
    /// `source` is the file or the override.
    case unknownKey(source: String, key: String, nearest: String?, program: Program = .train)
    case unknownVariable(name: String, nearest: String?)
    case missingKey(file: String, key: String)
    /// `source` is the file, the command line or the environment variable; nil if the value has several sources.
    case badValue(source: String?, key: String, found: String, expected: String)
    case notAnOverride(text: String)
    case noClassifier(file: String, known: [String])
    case keyOfOther(key: String, program: Program)
}

extension ConfigurationError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notYAML(let file, let reason):
            "\(file): invalid YAML: \(reason)."
        case .notAMapping(let file, let key, let found, let program):
            "\(file): \(key.isEmpty ? "the file" : key) must contain keys with values, such as `key: value`, found "
                + "\(found). `\(program.help)` lists all keys."
        case .unknownKey(let source, let key, let nearest, let program):
            "\(source): unknown key \(key)." + (nearest.map { " Did you mean \($0)?" } ?? "")
                + " `\(program.help)` lists all keys."
        case .unknownVariable(let name, let nearest):
            "\(name): unknown environment variable." + (nearest.map { " Did you mean \($0)?" } ?? "")
                + " Unset it or correct its name. `heartsense-server --help-config` lists the settings that variables set."
        case .missingKey(let file, let key):
            "\(file): the key \(key) is missing. Add it to the file, or \(key)=… to the command line."
        case .badValue(let source, let key, let found, let expected):
            (source.map { "\($0): " } ?? "") + "\(key) must be \(expected), found "
                + "\(found.isEmpty ? "nothing" : found)."
        case .notAnOverride(let text):
            "\(text) is not an override. Write key=value, for example seed=7 or classifiers.mlaram.vigilance=0.8."
        case .keyOfOther(let key, let program):
            "\(key) is a key of another command. `\(program.help)` lists the keys of \(program.rawValue)."
        case .noClassifier(let file, let known):
            "\(file): no classifier is in use. List at least one under classifiers: \(known.joined(separator: ", "))."
        }
    }

    public var errorDescription: String? { description }
}
