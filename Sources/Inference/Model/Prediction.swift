import Classifiers
import Datasets
import Files
import Foundation

/// The answer for one picture, as `predict --json` prints it and the server sends it.
public struct Prediction: Codable, Equatable, Sendable {
    /// Follows from the model and the file's content: the same picture asked again has the same id.
    public let id: String
    public let file: String
    /// The codes of the decided labels.
    public let decision: [String]
    /// Whether a person should look; it does not erase the decision.
    public let uncertain: Bool
    public let reasons: [Reason]
    public internal(set) var labels: [Label]
    public let model: Model
    public let notice: String

    public static let notice = "Not a medical device."

    /// One label's part of the answer.
    public struct Label: Codable, Equatable, Sendable {
        public let code: String
        public let condition: String
        /// The calibrated soft vote, 0…1.
        public let score: Double
        public let decided: Bool
        public let explanation: String
        public let link: String
        /// The calibrated score of each member, by its name.
        public let votes: [String: Double]
        /// For a decided label, where it was asked for (`Predictor.explain`).
        public internal(set) var saliency: Saliency?
    }

    /// The fingerprint of the model that answered.
    public struct Model: Codable, Equatable, Sendable {
        public let name: String
        public let sha256: String
        public let labelSpace: String
        public let preprocessing: String

        enum CodingKeys: String, CodingKey {
            case name, sha256
            case labelSpace = "label_space"
            case preprocessing
        }
    }

    /// Puts one row of scores into words.
    init(
        file: String, contentDigest: Digest, row: Int, of scores: EnsembleScores, decision: Decision,
        by model: TrainedModel
    ) {
        let modelDigest = model.digest?.description ?? ""
        id = String(Digest(of: "\(modelDigest) \(contentDigest)").description.prefix(32))
        self.file = file
        let names = model.ensemble.members.map(\.name)
        self.decision = decision.labels.map { model.labelSpace.labels[$0].code }
        uncertain = decision.uncertain
        reasons = decision.reasons
        labels = model.labelSpace.labels.enumerated().map { index, label in
            Label(
                code: label.code, condition: label.condition.rawValue, score: scores.scores[row, index],
                decided: decision.labels.contains(index), explanation: label.explanation, link: label.link,
                votes: Dictionary(
                    uniqueKeysWithValues: zip(names, scores.memberScores.map { $0[row, index] })))
        }
        self.model = Model(
            name: model.name, sha256: modelDigest, labelSpace: model.labelSpace.fingerprint,
            preprocessing: model.preprocessing.ink.rawValue)
        notice = Self.notice
    }

    /// The same answer without its pictures of what the scores depend on.
    public var withoutSaliency: Prediction {
        var plain = self
        for index in plain.labels.indices { plain.labels[index].saliency = nil }
        return plain
    }

    /// A few lines for the terminal: the decision, then every label with its score, the highest first.
    ///
    /// An uncertain answer says so first, and why. Of a picture that is no ECG no condition is named at all.
    public var terminalText: String {
        var text = "\(file): "
        guard !reasons.contains(.notAnECG) else {
            return text + "UNCERTAIN: \(Reason.notAnECG.sentence)\n"
                + "  The scores mean nothing for such a picture (--json has them).\n  \(notice)"
        }
        if uncertain { text += "UNCERTAIN: \(reasons.map(\.sentence).joined(separator: "; "))\n" }
        let decided = labels.filter(\.decided).map { "\($0.condition) (\($0.code))" }
        let answer = decided.isEmpty ? "no condition decided" : decided.joined(separator: ", ")
        text += uncertain ? "  would say: \(answer)\n" : "\(answer)\n"
        let widest = labels.map(\.code.count).max() ?? 0
        for label in labels.sorted(by: { $0.score > $1.score }) {
            let bar = String(repeating: "█", count: Int((label.score * 20).rounded()))
            text +=
                "  " + label.code.padding(toLength: widest, withPad: " ", startingAt: 0)
                + String(format: "  %.3f  ", label.score) + bar.padding(toLength: 20, withPad: "░", startingAt: 0)
                + "  \(label.condition)\n"
        }
        for saliency in labels.compactMap(\.saliency) {
            text += "  \(saliency.text)\n" + (saliency.file.map { "    \($0)\n" } ?? "")
        }
        return text + "  \(notice)"
    }

    /// One line of JSON.
    public func jsonLine() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension Reason {
    /// What the reason means, for people.
    public var sentence: String {
        switch self {
        case .noLabelDecided: "no condition was found, not even that the ECG is normal"
        case .lowConfidence: "an answer is too likely to be wrong"
        case .membersDisagree: "the classifiers contradict each other"
        case .notAnECG: "the picture is no ECG like those that the model learnt from"
        case .poorQuality: "the trace is faint, broken, cut off or covered"
        }
    }
}
