import Foundation

/// What can be wrong with the server's configuration.
public enum ServerConfigurationError: Error, Equatable {
    case notYAML(file: String, reason: String)
    case notAMapping(file: String, key: String)
    case unknownKey(file: String, key: String, nearest: String?)
    /// `source`: the file, or the environment variable's name.
    case badValue(source: String, key: String, found: String, expected: String)
}

extension ServerConfigurationError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .notYAML(let file, let reason):
            "\(file): this is no YAML: \(reason)."
        case .notAMapping(let file, let key):
            key.isEmpty
                ? "\(file): keys with values were expected, such as `port: 8080`."
                : "\(file): \(key) must be a block of keys with values."
        case .unknownKey(let file, let key, let nearest):
            "\(file): there is no key \(key)." + (nearest.map { " Was \($0) meant?" } ?? "")
                + " `heartsense-server --help-config` lists them all."
        case .badValue(let source, let key, let found, let expected):
            "\(source): \(key) must be \(expected), found \(found.isEmpty ? "nothing" : found)."
        }
    }

    public var errorDescription: String? { description }
}
