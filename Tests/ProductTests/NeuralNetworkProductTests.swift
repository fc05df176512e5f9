import Imaging
import NeuralNetwork
import Testing

/// The library product `NeuralNetwork` as another package sees it: nothing but its public interface.
struct NeuralNetworkProductTests {
    @Test func `the example in the documentation runs`() {
        let network = MobileNetV2(.random(alpha: 0.35, seed: 1), inputSize: 96)
        let image = GrayImage(width: 96, height: 96, pixels: [UInt8](repeating: 255, count: 96 * 96))
        let features = network.features(of: [image])
        print(features.rows, "×", features.columns)

        #expect(features.rows == 1 && features.columns == network.featureCount)
    }
}
