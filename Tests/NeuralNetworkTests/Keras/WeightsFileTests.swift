import Files
import Foundation
import NeuralNetwork
import TestSupport
import Testing

@Suite struct WeightsFileTests {
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the two layouts of the ImageNet network hold the same weights`() throws {
        let legacy = try WeightsFile.read(SharedMaterial.path("weights/mobilenet_v2_1.0_224_no_top_imagenet.h5"))
        let numbered = try WeightsFile.read(
            SharedMaterial.path("weights/mobilenet_v2_1.0_224_no_top_imagenet.weights.h5"))
        #expect(legacy.weights == numbered.weights)
        #expect(legacy.description.layout == .legacyWeights)
        #expect(numbered.description.layout == .numbered)
        #expect(legacy.description.digest == numbered.description.digest)
        #expect(legacy.description.parameterCount == 2_257_984)
        #expect(legacy.description.alpha == 1)
        #expect(legacy.description.ignoredLayers == [])
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the network inside a whole Keras 2 model is found`() throws {
        let (weights, description) = try WeightsFile.read(
            SharedMaterial.path("weights/teachable_machine_alpha035_model.h5"))
        #expect(description.layout == .wholeModel)
        #expect(description.group == "/model_weights/sequential_1")
        #expect(description.alpha == 0.35)
        #expect(description.inputChannels == 3)
        #expect(weights.featureCount == 1280)
        // keras.applications.MobileNetV2(alpha=0.35, include_top=False).count_params()
        #expect(description.parameterCount == 410_208)
        #expect(description.ignoredLayers.count == 2)
    }
}
