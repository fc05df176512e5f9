import ConfigurationKeys
import Files
import Foundation
import Runs

/// An experiment with several values for some keys (`key=a,b,c`): a run for every combination.
public struct Sweep: Sendable {
    /// A key and its values.
    public struct Axis: Equatable, Sendable {
        public let key: String
        public let values: [String]
    }

    /// One combination.
    public struct Point: Sendable {
        /// From 1.
        public let number: Int
        /// The value of each axis.
        public let values: [String]
        public let configuration: ExperimentConfiguration
        /// The folder's name: `<number>_<key=value,…>`.
        public let folder: String
    }

    /// The axes in the order of the command line. The last one changes fastest.
    public let axes: [Axis]
    public let points: [Point]

    static let largest = 10_000

    /// Reads the overrides of a command line, and checks every combination.
    ///
    /// - Returns: nil if every key has one value.
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
                configuration: try ExperimentConfiguration(Settings(file: file, overrides: fixed + chosen)),
                folder: Self.folderName(index + 1, axes, values))
        }
    }

    /// The definition of the sweep. Two command lines with the same text run the same experiments.
    var text: String {
        var lines = [
            "# A sweep of heartsense: the keys with their values, and a digest of all resolved configurations."
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

    /// Returns a folder name of at most 120 portable characters. A path is shortened to its last part.
    private static func folderName(_ number: Int, _ axes: [Axis], _ values: [String]) -> String {
        let settings = zip(axes, values).map { axis, value in
            let last = value.split(separator: "/").last.map(String.init) ?? value
            return "\(axis.key)=\(last)"
        }.joined(separator: ",")
        let safe = settings.map { $0.isASCII && ($0.isLetter || $0.isNumber || "=,.-_".contains($0)) ? $0 : "_" }
        return "\(number)_" + String(safe.prefix(120))
    }
}

/// An invalid sweep.
public enum SweepError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case name
    case emptyValue(key: String)
    case repeated(key: String, value: String)
    case twoAxes(key: String)
    case tooMany(limit: Int)

    public var description: String {
        switch self {
        case .name:
            "name cannot have several values, because it names the folder of all runs of a sweep."
        case .emptyValue(let key):
            "\(key) has an empty value. Write a comma inside a value as \\, or put the value between quotation marks."
        case .repeated(let key, let value):
            "\(key) has the value \(value) twice. Give each value once."
        case .twoAxes(let key):
            "\(key) is given twice. Give it once, with its values separated by commas."
        case .tooMany(let limit):
            "The sweep has more than \(limit) combinations. Give fewer values."
        }
    }

    public var errorDescription: String? { description }
}
