import Foundation

/// What is wrong with an experiment file or an override.
public enum ConfigurationError: Error, Equatable {
    case notYAML(file: String, reason: String)
    case notAMapping(file: String, key: String, found: String)
    case unknownKey(source: String, key: String, nearest: String?)
    case missingKey(file: String, key: String)
    case badValue(key: String, found: String, expected: String)
    case notAnOverride(text: String)
    case noClassifier(file: String)
    case keyOfOther(key: String, command: String)
}

extension ConfigurationError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notYAML(let file, let reason):
            "\(file): this is not a YAML file: \(reason). Mend that place."
        case .notAMapping(let file, let key, let found):
            "\(file): \(key.isEmpty ? "the file" : "\(key)") must hold keys with values, found \(found). "
                + "`heartsense train --help-config` lists every key."
        case .unknownKey(let source, let key, let nearest):
            "\(source): there is no key \(key)."
                + (nearest.map { " Did you mean \($0)?" } ?? "")
                + " `heartsense train --help-config` lists every key."
        case .missingKey(let file, let key):
            "\(file): the key \(key) is missing. Add it to the file or say \(key)=… on the command line."
        case .badValue(let key, let found, let expected):
            "\(key) must be \(expected), found \(found)."
        case .notAnOverride(let text):
            "\(text) is not an override; one looks like seed=7 or classifiers.mlaram.vigilance=0.8."
        case .keyOfOther(let key, let command):
            "\(key) is a key of another command; `heartsense \(command) --help-config` lists those of \(command)."
        case .noClassifier(let file):
            "\(file): no classifier is left. Name at least one of binary-relevance, mlaram, ml-svm and mltsvm under "
                + "classifiers."
        }
    }

    public var errorDescription: String? { description }
}
