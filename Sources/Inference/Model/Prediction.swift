import Classifiers
import Datasets
import Files
import Foundation

/// The prediction for one picture, in the form of `predict --json` and the server's response.
public struct Prediction: Codable, Equatable, Sendable {
    /// Derived from the model and the file's content: the same picture always has the same id.
    public let id: String
    public let file: String
    /// The codes of the decided labels; none for a recording that is not an ECG or unlike those of the training.
    public let decision: [String]
    /// Whether a person should review the picture. The decision is kept.
    public let uncertain: Bool
    public let reasons: [Reason]
    public internal(set) var labels: [Label]
    public let model: Model
    public let notice: String

    public static let notice = "Not a medical device."
    /// The preprocessing of recordings in `Model`.
    static let measurements = "measurements"

    /// The prediction for one label.
    public struct Label: Codable, Equatable, Sendable {
        public let code: String
        /// The text that people read; nil in results that were stored before labels had names.
        public let name: String?
        public let condition: String
        /// The calibrated soft vote, 0…1.
        public let score: Double
        public let decided: Bool
        /// True for a label that the model could not learn, because training had no example with it or none without;
        /// otherwise nil.
        public let untrained: Bool?
        /// True where conformal prediction leaves the label open or contradicts the decision; otherwise nil.
        public let undecided: Bool?
        public let explanation: String
        public let link: String
        /// The name, with the remark "untrained" if the model could not learn the label.
        public var shownName: String { (name ?? condition) + (untrained == true ? ", untrained" : "") }

        /// The calibrated score of each ensemble member, by name.
        public let votes: [String: Double]
        /// The saliency of a decided label, if requested (`Predictor.explain`).
        public internal(set) var saliency: Saliency?
        /// The measurements that carried the answer, the strongest first; nil for a label that is not decided and for a
        /// picture.
        public let evidence: [Evidence]?
    }

    /// The model that made the prediction.
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

    /// Creates the prediction for one row of scores.
    ///
    /// - Parameter evidence: That of each label in `decision.labels`; nil for a picture.
    init(
        file: String, contentDigest: Digest, row: Int, of scores: EnsembleScores, decision: Decision,
        evidence: [[Evidence]]? = nil, by model: TrainedModel
    ) {
        let evidence = evidence.map { Dictionary(uniqueKeysWithValues: zip(decision.labels, $0)) }
        let modelDigest = model.digest?.description ?? ""
        id = String(Digest(of: "\(modelDigest) \(contentDigest)").description.prefix(32))
        self.file = file
        let names = model.ensemble.members.map(\.name)
        let isWithheld =
            model.input != .picture
            && (decision.reasons.contains(.notAnECG) || decision.reasons.contains(.outOfDistribution))
        let decided = isWithheld ? [] : decision.labels
        self.decision = decided.map { model.labelSpace.labels[$0].code }
        uncertain = decision.uncertain
        reasons = decision.reasons
        let untrained = model.untrainedLabels
        func isUndecided(_ label: Int) -> Bool {
            guard let conformal = model.policy.conformal else { return false }
            return conformal.answer(label: label, score: scores.scores[row, label])
                != (decision.labels.contains(label) ? .yes : .no)
        }
        labels = model.labelSpace.labels.enumerated().map { index, label in
            Label(
                code: label.code, name: label.name, condition: label.condition.rawValue,
                score: scores.scores[row, index],
                decided: decided.contains(index), untrained: untrained.contains(index) ? true : nil,
                undecided: isUndecided(index) ? true : nil,
                explanation: label.explanation, link: label.link,
                votes: Dictionary(
                    uniqueKeysWithValues: zip(names, scores.memberScores.map { $0[row, index] })),
                evidence: isWithheld ? nil : evidence?[index])
        }
        self.model = Model(
            name: model.name, sha256: modelDigest, labelSpace: model.labelSpace.fingerprint,
            preprocessing: model.input == .picture ? model.preprocessing.ink.rawValue : Self.measurements)
        notice = Self.notice
    }

    /// Returns the prediction without its saliency maps.
    public var withoutSaliency: Prediction {
        var plain = self
        for index in plain.labels.indices { plain.labels[index].saliency = nil }
        return plain
    }

    /// A short text for the terminal: the decision, then every label with its score, highest first.
    ///
    /// An uncertain prediction starts with the reasons. A picture that is not an ECG gets no condition.
    public var terminalText: String {
        var text = "\(file): "
        if let reason = reasons.first(where: { [.notAnECG, .outOfDistribution].contains($0) }) {
            let sentence =
                reason == .notAnECG && model.preprocessing == Self.measurements
                ? "the recording has too few heartbeats, or its limb leads contradict each other" : reason.sentence
            return text + "UNCERTAIN: \(sentence)\n"
                + "  The scores are not meaningful for this file (see --json).\n  \(notice)"
        }
        if uncertain { text += "UNCERTAIN: \(reasons.map(\.sentence).joined(separator: "; "))\n" }
        let decided = labels.filter(\.decided).map { "\($0.shownName) (\($0.code))" }
        let answer = decided.isEmpty ? "no condition decided" : decided.joined(separator: ", ")
        text += uncertain ? "  decision: \(answer)\n" : "\(answer)\n"
        let widest = labels.map(\.code.count).max() ?? 0
        for label in labels.sorted(by: { $0.score > $1.score }) {
            let bar = String(repeating: "█", count: Int((label.score * 20).rounded()))
            text +=
                "  " + label.code.padding(toLength: widest, withPad: " ", startingAt: 0)
                + String(format: "  %.3f  ", label.score) + bar.padding(toLength: 20, withPad: "░", startingAt: 0)
                + "  \(label.shownName)\(label.undecided == true ? ", not decided" : "")\n"
            for evidence in label.evidence ?? [] {
                text += "    \(evidence.text) " + String(format: "[%.0f %%]\n", 100 * evidence.share)
            }
        }
        for saliency in labels.compactMap(\.saliency) {
            text += "  \(saliency.text)\n" + (saliency.file.map { "    \($0)\n" } ?? "")
        }
        return text + "  \(notice)"
    }

    /// Returns the prediction as one line of JSON.
    public func jsonLine() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension Reason {
    /// Explains the reason to users.
    public var sentence: String {
        switch self {
        case .noLabelDecided: "no condition was found, and the ECG was not classified as normal"
        case .lowConfidence: "the model is not confident enough"
        case .membersDisagree: "the classifiers disagree"
        case .notAnECG: "the picture does not look like the ECG pictures that this model was trained on"
        case .poorQuality: "the trace is faint, broken, cut off or covered"
        case .fewLeads: "leads are missing that the model was trained on"
        case .outOfDistribution: "the recording is unlike those that the model was trained on"
        }
    }
}
