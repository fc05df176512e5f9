import Foundation

extension Prediction {
    /// The region of the picture that a decided label's score depends on.
    public struct Saliency: Codable, Equatable, Sendable {
        public enum Status: String, Codable, Sendable {
            /// The map is available as a picture.
            case shown
            /// Covering any single window changes the score by less than `minimumDrop`.
            case flat
            /// The map resembles those of networks with random weights, so it reflects the drawing and not the model.
            case failsRandomization = "fails_randomisation"
        }

        public let status: Status
        /// The mean rank correlation of the map with those of networks with random weights; nil for a flat map.
        public let correlation: Double?
        /// The window with the largest effect, and the score with it covered; nil unless shown.
        public let region: SaliencyRegion?
        public let scoreWithout: Double?
        /// An explanation for users.
        public let text: String
        /// The picture as a PNG file, base64 in JSON; nil unless shown.
        public internal(set) var png: Data?
        /// The path of the picture, if it was written to a file.
        public internal(set) var file: String?

        enum CodingKeys: String, CodingKey {
            case status, correlation, region
            case scoreWithout = "score_without"
            case text, png, file
        }
    }

    /// The highest correlation with random networks at which a map is shown.
    static let maximumCorrelation = 0.5
    /// The smallest drop of the score at which a map is shown.
    static let minimumDrop = 0.01
}

extension Prediction.Saliency {
    /// - Parameters:
    ///   - condition: The name of the label.
    ///   - region: The position of the strongest window.
    init(_ finding: OcclusionExplainer.Finding, condition: String, region: SaliencyRegion?) {
        let drop = finding.map.strongest?.drop ?? 0
        guard let region, let correlation = finding.correlation, drop >= Prediction.minimumDrop else {
            self.init(
                status: .flat, correlation: finding.correlation, region: nil, scoreWithout: nil,
                text: "No single region determines the score for \(condition): covering any region changes it by less "
                    + "than \(Prediction.minimumDrop).")
            return
        }
        guard correlation <= Prediction.maximumCorrelation else {
            self.init(
                status: .failsRandomization, correlation: correlation, region: nil, scoreWithout: nil,
                text: "Not shown: the map for \(condition) resembles that of an untrained network, so it would reflect "
                    + "the drawing and not what the model has learned.")
            return
        }
        let without = finding.score - drop
        self.init(
            status: .shown, correlation: correlation, region: region, scoreWithout: without,
            text: "The score for \(condition) depends most on this region: \(region.words). Covering it changes the "
                + String(format: "score from %.2f to %.2f.", finding.score, without))
    }
}
