import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import Inference
@testable import Training

/// `extractor.precision`, from the experiment to the model and back.
struct ExperimentConfigurationPrecisionTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static func splitModel() throws -> TrainedModel {
        let network = SampleModels.network
        return try SampleModels.fit(
            SampleTables.table(rows: 12, columns: network.featureCount), network: network, precision: .split)
    }

    @Test func `a model keeps the precision of its features and says it`() throws {
        let written = try ModelFile.write(Self.splitModel(), to: scratch("model.h5"))
        let back = try ModelFile.read(scratch("model.h5"))
        #expect(back.precision == .split && back.extractor == written.extractor)
        #expect(back.extractor.hasSuffix(", split precision") && back.preprocessingName.hasSuffix(", split precision"))
        let plain = try ModelFile.write(SampleModels.ofPictures(), to: scratch("plain.h5"))
        #expect(plain.precision == .float32 && !plain.extractor.contains("precision"))
    }

    @Test func `a model from before there was a choice is float32`() throws {
        try ModelFile.write(SampleModels.fit(), to: scratch("model.h5"))
        try EditedFile.write(
            ["/ precision": .removed], of: scratch("model.h5"), to: scratch("old.h5"), header: ModelFile.header,
            attributes: EditedFile.modelAttributes)
        #expect(try ModelFile.read(scratch("old.h5")).precision == .float32)
    }

    @Test(.enabled(if: !Precision.split.isAvailable, "this machine has AMX"))
    func `where there are no tiles training and predicting end with a sentence`() throws {
        _ = try SamplePictures.writeClasses(["N": 6, "V": 6], to: scratch, folder: "data")
        let configuration = try SampleConfiguration.with(
            "dataset.path=\(scratch("data"))", "extractor.precision=split")
        #expect(configuration.extractor.precision == .split)
        #expect(throws: PrecisionError.unavailable(.split)) { try TrainingRun(configuration: configuration).plan() }
        let model = try Self.splitModel()
        #expect(throws: PrecisionError.unavailable(.split)) {
            try model.extractor(cacheFolder: nil, model: "model.h5", dataset: "data")
        }
    }

    @Test func `features of another precision are kept apart in the cache`() {
        func extractor(_ network: MobileNetV2) -> FeatureExtractor {
            FeatureExtractor(preprocessing: Preprocessing(size: 32), network: network, cacheFolder: nil)
        }
        let split = extractor(MobileNetV2(emulatingTiles: SampleModels.network, inputSize: 32))
        let plain = extractor(MobileNetV2(SampleModels.network, inputSize: 32))
        #expect(split.digest != plain.digest && split.label == plain.label + ", split precision")
    }
}
