import Files
import Foundation
import Yams

// The file `labels.yaml`: `name`, `version` and for each label `code`, `condition`, `explanation`, `link` and
// `stands_for`, and the optional keys `name` and those of `StatementMapping`.
extension LabelSpace {
    /// Reads a file.
    ///
    /// - Throws: `FileError` or `LabelSpaceError`.
    public init(contentsOf path: String) throws {
        try self.init(parsing: FileContent.bytes(of: path, limit: 1 << 20), name: path)
    }

    /// Reads a label space from YAML.
    ///
    /// All keys are required except a label's `name` and those of `StatementMapping`, and no others are allowed.
    ///
    /// - Parameter name: the file's name in error messages.
    /// - Throws: `LabelSpaceError`.
    public init(parsing data: Data, name file: String) throws {
        let reader = LabelSpaceReader(file: file)
        let root = try reader.mapping(reader.document(data), keys: Self.fileKeys, of: "a label space")
        let name = try reader.text(root, "name")
        let version = try reader.text(root, "version")
        guard let number = Int(version), number >= 1 else {
            throw LabelSpaceError.version(file: file, line: root.line(of: "version"), found: version)
        }

        var labels: [Label] = []
        var lines: [String: Int] = [:]
        var nameLines: [String: Int] = [:]
        for node in try reader.sequence(root, "labels") {
            let fields = try reader.label(at: node)
            let label = try reader.label(fields)
            if let first = lines[label.code] {
                throw LabelSpaceError.repeatedCode(
                    file: file, line: fields.line(of: "code"), code: label.code, firstLine: first)
            }
            lines[label.code] = fields.line(of: "code")
            // Without names, labels of one condition differ by their codes only.
            if let line = fields.values["name"]?.line {
                if let first = nameLines[label.name] {
                    throw LabelSpaceError.repeatedName(file: file, line: line, name: label.name, firstLine: first)
                }
                nameLines[label.name] = line
            }
            labels.append(label)
        }
        guard !labels.isEmpty else { throw LabelSpaceError.noLabels(file: file, line: root.line(of: "labels")) }
        self.init(name: name, version: number, labels: labels)
    }

    static let fileKeys = ["name", "version", "labels"]

    /// The text of a `labels.yaml` that gives the same space when read.
    public var yaml: String {
        var text = "name: \(Self.quoted(name))\nversion: \(version)\nlabels:\n"
        for label in labels {
            text += "  - code: \(Self.quoted(label.code))\n"
            if label.name != label.condition.rawValue { text += "    name: \(Self.quoted(label.name))\n" }
            text += "    condition: \(Self.quoted(label.condition.rawValue))\n"
            text += "    explanation: \(Self.quoted(label.explanation))\n"
            text += "    link: \(Self.quoted(label.link))\n"
            text += "    stands_for: \(Self.quoted(label.standsFor))\n"
        }
        return text
    }

    /// Returns a double-quoted YAML scalar. All scalars are quoted, because some readers take an unquoted N for a
    /// boolean.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            default:
                // C0 and C1 control characters and the Unicode line separators would be folded or rejected.
                let mustEscape =
                    scalar.value < 32 || (0x7F ... 0x9F).contains(scalar.value)
                    || (0x2028 ... 0x2029).contains(scalar.value) || scalar.value == 0xFEFF
                if mustEscape {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
