import Files
import Foundation

/// A baseline for runs: `{"dataset_sha256", "n", "metrics": {"f1_macro": {"value", "tolerance"}}}`.
public struct GateBaseline: Equatable, Sendable {
    /// The digest of the dataset. Metrics are comparable only on the same data.
    public var datasetSHA256: Digest
    /// The number of scored samples.
    public var n: Int
    public var entries: [Entry]

    /// The baseline of one metric.
    public struct Entry: Equatable, Sendable {
        public var metric: GatedMetric
        public var value: Double
        public var tolerance: Tolerance

        public init(metric: GatedMetric, value: Double, tolerance: Tolerance) {
            self.metric = metric
            self.value = value
            self.tolerance = tolerance
        }

        /// The worst value that passes.
        public var limit: Double {
            metric.isHigherBetter ? value - tolerance.width(at: value) : value + tolerance.width(at: value)
        }
    }

    /// The accepted regression.
    public enum Tolerance: Equatable, Sendable {
        case absolute(Double)
        /// A share of the baseline's value.
        case relative(Double)

        func width(at value: Double) -> Double {
            switch self {
            case .absolute(let width): width
            case .relative(let share): share * abs(value)
            }
        }
    }

    public init(datasetSHA256: Digest, n: Int, entries: [Entry]) {
        self.datasetSHA256 = datasetSHA256
        self.n = n
        self.entries = entries
    }

    /// Reads a baseline. Metrics are sorted by name.
    ///
    /// - Throws: `FileError`; `GateError` for a file that is not a valid baseline.
    public init(contentsOf path: String) throws {
        let data = try FileContent.bytes(of: path, limit: 1 << 24)
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: data)
        } catch let error as DecodingError {
            throw GateError.notABaseline(file: path, reason: error.sentence)
        }
        guard document.n >= 0 else {
            throw GateError.notABaseline(file: path, reason: "n must be at least 0, found \(document.n)")
        }
        guard !document.metrics.isEmpty else {
            throw GateError.notABaseline(file: path, reason: "metrics is empty, expected at least one metric")
        }
        datasetSHA256 = document.datasetSHA256
        n = document.n
        entries = try document.metrics.sorted { $0.key < $1.key }.map { name, entry in
            let width = entry.tolerance.number
            guard width >= 0, width.isFinite else {
                throw GateError.notABaseline(
                    file: path, reason: "the tolerance of \(name) must be at least 0, found \(width)")
            }
            return Entry(
                metric: try GatedMetric(named: name, file: path), value: entry.value,
                tolerance: entry.tolerance.isRelative ? .relative(width) : .absolute(width))
        }
    }

    /// Writes the baseline atomically, with sorted keys for line-by-line comparison.
    ///
    /// - Throws: `FileError`.
    public func write(to path: String) throws {
        let document = Document(
            datasetSHA256: datasetSHA256, n: n,
            metrics: Dictionary(
                uniqueKeysWithValues: entries.map { entry in
                    let tolerance =
                        switch entry.tolerance {
                        case .absolute(let width): Document.StoredTolerance(number: width, isRelative: false)
                        case .relative(let share): Document.StoredTolerance(number: share, isRelative: true)
                        }
                    return (entry.metric.name, Document.Entry(value: entry.value, tolerance: tolerance))
                }))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(try encoder.encode(document) + Data("\n".utf8), to: path)
    }
}

/// The content of the file.
private struct Document: Codable {
    let datasetSHA256: Digest
    let n: Int
    let metrics: [String: Entry]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case datasetSHA256 = "dataset_sha256"
        case n, metrics
    }

    struct Entry: Codable {
        let value: Double
        let tolerance: StoredTolerance
    }

    /// A number, or `{"relative": number}`.
    struct StoredTolerance: Codable {
        let number: Double
        let isRelative: Bool

        enum CodingKeys: String, CodingKey { case relative }

        init(number: Double, isRelative: Bool) {
            self.number = number
            self.isRelative = isRelative
        }

        init(from decoder: any Decoder) throws {
            if let container = try? decoder.container(keyedBy: CodingKeys.self) {
                self.init(number: try container.decode(Double.self, forKey: .relative), isRelative: true)
            } else {
                self.init(number: try decoder.singleValueContainer().decode(Double.self), isRelative: false)
            }
        }

        func encode(to encoder: any Encoder) throws {
            if isRelative {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(number, forKey: .relative)
            } else {
                var container = encoder.singleValueContainer()
                try container.encode(number)
            }
        }
    }
}
