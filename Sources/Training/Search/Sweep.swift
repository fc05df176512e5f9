import Files
import Foundation

/// One experiment with several values for some of its keys: `key=a,b,c` on the command line, every combination a run.
public struct Sweep: Sendable {
    /// A key and the values that it takes.
    public struct Axis: Equatable, Sendable {
        public let key: String
        public let values: [String]
    }

    /// One combination.
    public struct Point: Sendable {
        /// From 1.
        public let number: Int
        /// Of each axis its value, in the axes' order.
        public let values: [String]
        public let configuration: ExperimentConfiguration
        /// The name of its folder: `<number>_<key=value,…>`.
        public let folder: String
    }

    /// In the order of the command line; the last one changes fastest.
    public let axes: [Axis]
    public let points: [Point]

    static let largest = 10_000

    /// Reads the overrides of a command line.
    ///
    /// A comma separates values (`OverrideValues`).
    /// Every combination is checked before anything is run.
    ///
    /// - Returns: nil if every key has one value: then it is no sweep.
    /// - Throws: `SweepError`, `ConfigurationError`, `FileError`.
    public init?(file: String, overrides: [String]) throws {
        let parsed = overrides.map { OverrideValues($0) }
        let axes = parsed.filter { $0.values.count > 1 }.map { Axis(key: $0.key, values: $0.values) }
        guard !axes.isEmpty else { return nil }
        for axis in axes {
            if axis.key == "name" { throw SweepError.name }
            if axis.values.contains("") { throw SweepError.emptyValue(key: axis.key) }
            if let twice = Self.firstRepeated(axis.values) { throw SweepError.repeated(key: axis.key, value: twice) }
        }
        if let twice = Self.firstRepeated(parsed.map(\.key).filter { key in axes.contains { $0.key == key } }) {
            throw SweepError.twoAxes(key: twice)
        }
        var count = 1
        for axis in axes {
            count *= axis.values.count
            guard count <= Self.largest else { throw SweepError.tooMany(limit: Self.largest) }
        }
        let fixed = zip(parsed, overrides).filter { $0.0.values.count == 1 }.map { parsed, override in
            override.contains("=") ? parsed.text(parsed.values[0]) : override
        }
        self.axes = axes
        points = try (0 ..< count).map { index in
            var rest = index
            var values: [String] = []
            for axis in axes.reversed() {
                values.insert(axis.values[rest % axis.values.count], at: 0)
                rest /= axis.values.count
            }
            let chosen = zip(axes, values).map { "\($0.key)=\($1)" }
            return Point(
                number: index + 1, values: values,
                configuration: try ExperimentConfiguration(file: file, overrides: fixed + chosen),
                folder: Self.folderName(index + 1, axes, values))
        }
    }

    /// What the sweep is: two command lines with the same text run the same experiments.
    var text: String {
        var lines = [
            "# A sweep of heartsense: the keys with their values, and a digest of every resolved configuration."
        ]
        lines.append("axes:")
        for axis in axes {
            let values = axis.values.map { "'" + $0.replacingOccurrences(of: "'", with: "''") + "'" }
            lines.append("  \(axis.key): [\(values.joined(separator: ", "))]")
        }
        lines.append("runs: \(points.count)")
        lines.append("sha256: \(Digest(of: points.map(\.configuration.yaml).joined(separator: "---\n")))")
        return lines.joined(separator: "\n") + "\n"
    }

    static func firstRepeated(_ texts: [String]) -> String? {
        var seen: Set<String> = []
        return texts.first { !seen.insert($0).inserted }
    }

    /// Of a path only the last part, of any text only what every file system takes, and all within 120 characters.
    private static func folderName(_ number: Int, _ axes: [Axis], _ values: [String]) -> String {
        let settings = zip(axes, values).map { axis, value in
            let last = value.split(separator: "/").last.map(String.init) ?? value
            return "\(axis.key)=\(last)"
        }.joined(separator: ",")
        let safe = settings.map { $0.isASCII && ($0.isLetter || $0.isNumber || "=,.-_".contains($0)) ? $0 : "_" }
        return "\(number)_" + String(safe.prefix(120))
    }
}

/// What is wrong with a sweep.
public enum SweepError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case name
    case emptyValue(key: String)
    case repeated(key: String, value: String)
    case twoAxes(key: String)
    case tooMany(limit: Int)

    public var description: String {
        switch self {
        case .name:
            "name cannot take several values: it is the folder that all runs of a sweep go to."
        case .emptyValue(let key):
            "\(key) has an empty value between its commas. Write a comma that belongs to a value as \\,."
        case .repeated(let key, let value):
            "\(key) has the value \(value) twice. Name each value once."
        case .twoAxes(let key):
            "\(key) is given twice. Name it once, its values separated by commas."
        case .tooMany(let limit):
            "The values make more than \(limit) combinations. Sweep over fewer at a time."
        }
    }

    public var errorDescription: String? { description }
}
