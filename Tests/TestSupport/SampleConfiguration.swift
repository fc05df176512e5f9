import ConfigurationKeys
import Training

/// Experiments of which only what matters to a test is said.
package enum SampleConfiguration {
    package static func with(_ overrides: String...) throws -> ExperimentConfiguration { try with(overrides) }

    package static func with(_ overrides: [String]) throws -> ExperimentConfiguration {
        try ExperimentConfiguration(
            Settings(yaml: "name: sample\ndataset:\n  path: data\n", file: "sample.yaml", overrides: overrides))
    }
}
