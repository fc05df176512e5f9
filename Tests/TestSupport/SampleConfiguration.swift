import ConfigurationKeys
import Runs
import Training

/// Creates configurations from the keys that matter to a test.
package enum SampleConfiguration {
    package static func with(_ overrides: String...) throws -> ExperimentConfiguration { try with(overrides) }

    package static func with(_ overrides: [String]) throws -> ExperimentConfiguration {
        try ExperimentConfiguration(
            Settings(yaml: "name: sample\ndataset:\n  path: data\n", file: "sample.yaml", overrides: overrides))
    }
}
