import ConfigurationKeys
import Datasets
import Foundation
import Inference
import LinearAlgebra
import Logging

/// The feature tables of a search: one for each combination of preprocessing and network, of the same samples.
struct SearchTables {
    let tables: [FeatureTable]
    /// The index of each candidate's table.
    let tableOfCandidate: [Int]
    let hasTestPart: Bool
    let warnings: [ResultWarning]

    /// - Throws: the errors of data, audit and extractor; `SearchError.otherRows`.
    init(plan: SearchPlan, workers: Workers, log: Logger) throws {
        var keys: [[String]] = []
        var tables: [FeatureTable] = []
        var places: [Int] = []
        var warnings: [ResultWarning] = []
        for candidate in plan.candidates {
            let configuration = candidate.configuration
            let key = Self.key(of: configuration)
            if let known = keys.firstIndex(of: key) {
                places.append(known)
                continue
            }
            let input = try TrainingInput(for: configuration)
            guard input.foldNetworks == nil else {
                throw ConfigurationError.badValue(
                    source: nil, key: "extractor.weights", found: configuration.extractor.weights ?? "",
                    expected: "one network: a search does not support a network for each fold")
            }
            let audit = try TrainingAudit(of: input.source, configuration: configuration, workers: workers)
            for note in audit.notes { log.info("\(note)") }
            let table = try input.features(by: input.network, workers: workers, log: log)
            if let first = tables.first, first.dataset.samples.map(\.path) != table.dataset.samples.map(\.path) {
                throw SearchError.otherRows(settings: key.joined(separator: ", "))
            }
            for warning in audit.warnings where !warnings.contains(warning) { warnings.append(warning) }
            if !table.unreadable.isEmpty, tables.isEmpty {
                warnings.append(.unreadablePictures(table.unreadable.count))
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

    /// Returns the settings that determine the features.
    private static func key(of configuration: ExperimentConfiguration) -> [String] {
        configuration.resolved.filter { key, _ in
            key.hasPrefix("preprocessing.") || (key.hasPrefix("extractor.") && key != "extractor.cache")
        }.map { "\($0)=\($1)" }.sorted()
    }
}
