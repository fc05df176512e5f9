import Foundation

extension Prediction {
    /// What a decided label's score depends on in the picture.
    public struct Saliency: Codable, Equatable, Sendable {
        public enum Status: String, Codable, Sendable {
            /// There is a picture to look at.
            case shown
            /// No place matters by itself: covering any one takes less than a hundredth off the score.
            case flat
            /// The map looks like those of networks with random weights: it would show the drawing, not the model.
            case failsRandomization = "fails_randomisation"
        }

        public let status: Status
        /// Mean rank correlation of the map with those of networks with random weights; nil for a flat map.
        public let correlation: Double?
        /// The window that matters most, and the score with it covered; nil unless shown.
        public let region: SaliencyRegion?
        public let scoreWithout: Double?
        /// The finding in a sentence.
        public let text: String
        /// The picture, a PNG file, as base64 in JSON; nil unless shown.
        public internal(set) var png: Data?
        /// Where the picture was written, if it was.
        public internal(set) var file: String?

        enum CodingKeys: String, CodingKey {
            case status, correlation, region
            case scoreWithout = "score_without"
            case text, png, file
        }
    }

    /// A map above this resembles those of random networks too much to be shown.
    static let greatestCorrelation = 0.5
    /// A fall of the score below this is not worth a picture.
    static let leastFall = 0.01
}

extension Prediction.Saliency {
    /// - Parameters:
    ///   - condition: what the label is called.
    ///   - region: where the strongest window lies.
    init(_ finding: OcclusionExplainer.Finding, condition: String, region: SaliencyRegion?) {
        let fall = finding.map.strongest?.fall ?? 0
        guard let region, let correlation = finding.correlation, fall >= Prediction.leastFall else {
            self.init(
                status: .flat, correlation: finding.correlation, region: nil, scoreWithout: nil,
                text: "No single place carries the score for \(condition): covering any one changes it by less than "
                    + "\(Prediction.leastFall).")
            return
        }
        guard correlation <= Prediction.greatestCorrelation else {
            self.init(
                status: .failsRandomization, correlation: correlation, region: nil, scoreWithout: nil,
                text: "Not shown: the map for \(condition) looks like that of an untrained network, so it would show "
                    + "the drawing and not what the model has learnt.")
            return
        }
        let without = finding.score - fall
        self.init(
            status: .shown, correlation: correlation, region: region, scoreWithout: without,
            text: "The score for \(condition) depends most on this place: \(region.words). Covering it takes the "
                + String(format: "score from %.2f to %.2f.", finding.score, without))
    }
}
