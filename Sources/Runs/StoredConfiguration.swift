import ConfigurationKeys
import Files
import Foundation
import Yams

/// The `config.yaml` of an existing run, flat by dotted path.
///
/// It is not checked against the keys of this version, so that runs of other versions can be compared and shown.
package enum StoredConfiguration {
    /// - Returns: the values as text; a list as `1, 2, 3`.
    /// - Throws: `FileError`; `ConfigurationError.notYAML`, `.notAMapping`.
    package static func read(_ path: String) throws -> [String: String] {
        let text = try FileContent.text(of: path, limit: 1 << 20)
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch {
            throw ConfigurationError.notYAML(file: path, reason: "\(error)")
        }
        guard let mapping = root?.mapping else {
            throw ConfigurationError.notAMapping(
                file: path, key: "", found: root == nil ? "nothing" : "a single value")
        }
        var values: [String: String] = [:]
        collect(mapping, under: "", into: &values)
        return values
    }

    private static func collect(_ mapping: Node.Mapping, under prefix: String, into values: inout [String: String]) {
        for (name, value) in mapping {
            let key = prefix + (name.string ?? "?")
            if let inner = value.mapping {
                collect(inner, under: key + ".", into: &values)
            } else if let list = value.sequence {
                values[key] = list.map { $0.string ?? "?" }.joined(separator: ", ")
            } else {
                values[key] = value.string ?? ""
            }
        }
    }
}
