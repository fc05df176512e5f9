@testable import Experiments

/// Experiments of which only what matters to a test is said.
enum SampleConfiguration {
    static func with(_ overrides: String...) throws -> ExperimentConfiguration { try with(overrides) }

    static func with(_ overrides: [String]) throws -> ExperimentConfiguration {
        try ExperimentConfiguration(
            Settings(yaml: "name: sample\ndataset:\n  path: data\n", file: "sample.yaml", overrides: overrides))
    }
}
