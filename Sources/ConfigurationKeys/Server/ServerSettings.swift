import Files
import Foundation
import Yams

/// The values of `ServerKey.all`: from the environment, else the file, else the table.
package struct ServerSettings {
    /// A value, and where an error about it points.
    private var values: [String: (text: String, source: String)] = [:]

    /// - Parameter file: a YAML file of the keys in use, or nil.
    /// - Throws: `ServerConfigurationError`, `FileError`.
    package init(file: String? = nil, environment: [String: String]) throws {
        for key in ServerKey.all { values[key.path] = (key.standard, "the defaults") }
        if let file { try read(yaml: try FileContent.text(of: file, limit: 1 << 20), file: file) }
        for key in ServerKey.all {
            if let text = environment[key.variable] { values[key.path] = (text, key.variable) }
        }
    }

    private mutating func read(yaml: String, file: String) throws {
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch {
            throw ServerConfigurationError.notYAML(file: file, reason: "\(error)".replacing("\n", with: " "))
        }
        // A file of comments alone changes nothing.
        guard let root, root.null == nil else { return }
        guard let mapping = root.mapping else { throw ServerConfigurationError.notAMapping(file: file, key: "") }
        for (name, value) in mapping {
            let key = name.string ?? "?"
            if ServerKey.all.contains(where: { $0.path.hasPrefix(key + ".") }) {
                guard let block = value.mapping else {
                    throw ServerConfigurationError.notAMapping(file: file, key: key)
                }
                for (inner, value) in block { try set("\(key).\(inner.string ?? "?")", to: value, file: file) }
            } else {
                try set(key, to: value, file: file)
            }
        }
    }

    private mutating func set(_ key: String, to value: Node, file: String) throws {
        let known = ServerKey.all.map(\.path)
        guard known.contains(key) else {
            let endings = known.filter { $0.hasSuffix(".\(key)") }
            let nearest = endings.count == 1 ? endings[0] : NearestName.of(key, among: known)
            throw ServerConfigurationError.unknownKey(file: file, key: key, nearest: nearest)
        }
        guard let text = value.scalar?.string else {
            throw ServerConfigurationError.badValue(
                source: file, key: key, found: "a list or block", expected: "a single value")
        }
        values[key] = (text, file)
    }

    package func text(_ key: String) -> String { values[key]!.text }

    package func integer(_ key: String, _ range: ClosedRange<Int>) throws -> Int {
        guard let value = Int(text(key)), range.contains(value) else {
            throw badValue(key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    package func number(_ key: String, _ range: ClosedRange<Double>) throws -> Double {
        guard let value = Double(text(key)), range.contains(value) else {
            throw badValue(key, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    package func badValue(_ key: String, expected: String) -> ServerConfigurationError {
        .badValue(source: values[key]!.source, key: key, found: text(key), expected: expected)
    }
}
