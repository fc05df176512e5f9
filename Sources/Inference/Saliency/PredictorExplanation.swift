import Foundation
import Imaging
import LinearAlgebra

extension Predictor {
    /// Adds a saliency map to each decided label of a prediction.
    ///
    /// A prediction for a picture that is not an ECG, or without a decided label, is returned unchanged. The first call
    /// creates the random networks of the randomization test.
    ///
    /// - Parameters:
    ///   - prediction: The prediction for this picture.
    ///   - bytes: The content of the file.
    /// - Throws: `ImageError`, as `predictions` does.
    /// - Complexity: Up to 170 runs of the network, and as many of each of three random networks.
    public func explain(
        _ prediction: Prediction, picture bytes: Data, workers: Workers, limits: Page.Limits = Page.Limits()
    ) throws -> Prediction {
        let decided = prediction.labels.indices.filter { prediction.labels[$0].decided }
        guard !prediction.reasons.contains(.notAnECG), !decided.isEmpty else { return prediction }
        let page = try Page(decoding: bytes, name: prediction.file, limits: limits)
        let preprocessing = extractor.preprocessing
        let frame = try preprocessing.frame(of: page, name: prediction.file)
        let findings = try explainer(workers).explain(
            preprocessing.apply(to: page, name: prediction.file), labels: decided)
        var explained = prediction
        for finding in findings {
            let region = finding.map.strongest.map { SaliencyRegion($0.window, frame: frame, page: page) }
            var saliency = Prediction.Saliency(
                finding, condition: prediction.labels[finding.label].shownName, region: region)
            if saliency.status == .shown {
                saliency.png = try SaliencyOverlay.draw(finding.map, over: page, frame: frame).pngData()
            }
            explained.labels[finding.label].saliency = saliency
        }
        return explained
    }

    /// Creates the explainer of this model.
    package func explainer(_ workers: Workers) -> OcclusionExplainer {
        let (network, ensemble) = (extractor.network, model.ensemble)
        return OcclusionExplainer(
            features: { network.features(of: $0, workers: workers) },
            randomized: randomized.networks.map { network in { network.features(of: $0, workers: workers) } },
            scores: { try ensemble.scores($0, workers: workers).scores })
    }
}
