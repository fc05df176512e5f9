import Inference
import LinearAlgebra
import Runs
import TestSupport

@testable import Training

extension SampleExperiment {
    static func fitting(_ table: FeatureTable, _ configuration: ExperimentConfiguration) -> Fitting {
        Fitting(
            configuration: configuration, table: table, network: nil, extractor: "sample", warnings: [],
            workers: Workers(count: 2), log: RunLog.logger(appendingTo: nil))
    }
}
