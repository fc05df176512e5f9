import ClassificationMetrics
import Foundation

extension RunComparison {
    /// Returns the comparison as JSON with sorted keys. Undefined numbers are null.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(Document(self)) + Data("\n".utf8)
    }

    private struct Document: Encodable {
        let first: String
        let n: Int
        let labels: [String]
        let bootstrap: Bootstrap
        let grouped: Bool
        let comparisons: [Comparison]

        init(_ comparison: RunComparison) {
            first = comparison.first.path
            n = comparison.first.table.paths.count
            labels = comparison.first.table.codes
            bootstrap = comparison.bootstrap
            grouped = comparison.isGrouped
            comparisons = comparison.pairs.map { Comparison($0, labels: comparison.first.table.codes) }
        }
    }

    private struct Comparison: Encodable {
        let second: String
        let metrics: [String: Difference]
        let mcnemar: [String: Test]
        /// A configuration key with its two values; null if a run has no config.yaml.
        let configuration: [String: [String?]]?
        let notes: [String]

        init(_ pair: Pair, labels: [String]) {
            second = pair.second.path
            metrics = Dictionary(
                uniqueKeysWithValues: pair.differences.map { ($0.key.rawValue, Difference($0.value, $0.key)) })
            mcnemar = Dictionary(
                uniqueKeysWithValues: labels.enumerated().map { index, label in
                    let test = pair.tests[index]
                    return (
                        label,
                        Test(
                            onlyFirstRight: test.onlyFirstRight, onlySecondRight: test.onlySecondRight,
                            p: test.pValue, pHolm: pair.correctedPValues[index])
                    )
                })
            configuration = pair.configuration.map { changes in
                Dictionary(uniqueKeysWithValues: changes.map { ($0.key, [$0.first, $0.second]) })
            }
            notes = pair.notes
        }
    }

    private struct Difference: Encodable {
        let first: Double?
        let second: Double?
        let difference: Double?
        let interval: [Double]?
        let verdict: String?

        init(_ difference: PairedDifference, _ key: MetricKey) {
            first = difference.first
            second = difference.second
            self.difference = difference.difference
            interval = difference.interval.map { [$0.lower, $0.upper] }
            verdict = difference.verdict(key)
        }

        enum CodingKeys: String, CodingKey { case first, second, difference, interval, verdict }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(first, forKey: .first)
            try container.encode(second, forKey: .second)
            try container.encode(difference, forKey: .difference)
            try container.encode(interval, forKey: .interval)
            try container.encode(verdict, forKey: .verdict)
        }
    }

    private struct Test: Encodable {
        let onlyFirstRight: Int
        let onlySecondRight: Int
        let p: Double
        let pHolm: Double

        enum CodingKeys: String, CodingKey {
            case onlyFirstRight = "only_first_right"
            case onlySecondRight = "only_second_right"
            case p
            case pHolm = "p_holm"
        }
    }
}
