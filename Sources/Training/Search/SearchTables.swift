import Datasets
import Foundation
import Inference
import LinearAlgebra
import Logging

/// The features that the candidates are fitted on: one table for each way of making them, of the same samples.
struct SearchTables {
    let tables: [FeatureTable]
    /// The table of each candidate.
    let tableOfCandidate: [Int]
    let hasTestPart: Bool
    let warnings: [String]

    /// - Throws: what reading the data, the audit and the extractor throw; `SearchError.otherRows`.
    init(plan: SearchPlan, workers: Workers, log: Logger) throws {
        var keys: [[String]] = []
        var tables: [FeatureTable] = []
        var places: [Int] = []
        var warnings: [String] = []
        for candidate in plan.candidates {
            let configuration = candidate.configuration
            let key = Self.key(of: configuration)
            if let known = keys.firstIndex(of: key) {
                places.append(known)
                continue
            }
            let training = TrainingRun(configuration: configuration)
            let source = try Self.check(configuration)
            let network = try training.networkWeights(for: source)
            let audit = try TrainingAudit(of: source, configuration: configuration, workers: workers)
            for note in audit.notes { log.info("\(note)") }
            let table = try training.features(of: source, network: network, workers: workers, log: log)
            if let first = tables.first, first.dataset.samples.map(\.path) != table.dataset.samples.map(\.path) {
                throw SearchError.otherRows(settings: key.joined(separator: ", "))
            }
            for warning in audit.warnings where !warnings.contains(warning) { warnings.append(warning) }
            if !table.unreadable.isEmpty, tables.isEmpty {
                warnings.append("\(table.unreadable.count) pictures could not be read and were skipped")
            }
            places.append(tables.count)
            keys.append(key)
            tables.append(table)
        }
        self.tables = tables
        tableOfCandidate = places
        hasTestPart = tables[0].dataset.samples.contains { $0.part == .test }
        self.warnings = warnings
    }

    /// The data, once it is known that the experiment can divide it.
    @discardableResult
    static func check(_ configuration: ExperimentConfiguration) throws -> DatasetSource {
        let source = try DatasetSource.open(
            configuration.dataset.path, labels: configuration.dataset.labels,
            skippingMissing: configuration.dataset.skipUnreadable)
        try OuterFolds.check(source.dataset, configuration: configuration)
        return source
    }

    /// What features depend on.
    private static func key(of configuration: ExperimentConfiguration) -> [String] {
        configuration.resolved.filter { key, _ in
            key.hasPrefix("preprocessing.") || (key.hasPrefix("extractor.") && key != "extractor.cache")
        }.map { "\($0)=\($1)" }.sorted()
    }
}
