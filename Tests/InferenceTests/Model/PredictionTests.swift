import Classifiers
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference

struct PredictionTests {
    /// Creates a prediction of the sample model for one row.
    private static func prediction(
        _ scores: [Double], decided: [Int], reasons: [Reason] = [], file: String = "a.png"
    ) throws -> Prediction {
        let model = try SampleModels.fit(members: [SampleModels.allMembers[0]])
        let matrix = Matrix(rows: 1, columns: 3, values: scores)
        let decision = LabelMatrix(rows: 1, columns: 3, values: (0 ..< 3).map { decided.contains($0) ? 1 : 0 })
        return Prediction(
            file: file, contentDigest: Digest(of: file), row: 0,
            of: EnsembleScores(
                scores: matrix, decision: decision, memberScores: [matrix], memberDecisions: [decision]),
            decision: Decision(labels: decided, confidence: 0.5, reasons: reasons), by: model)
    }

    @Test func `a line of JSON has the contract's keys and reads back`() throws {
        let prediction = try Self.prediction(
            [0.25, 1, 0], decided: [1], reasons: [.lowConfidence], file: "a \"b\"/c.png")
        let line = try prediction.jsonLine()
        #expect(!line.contains("\n"))
        let root = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(
            Set(root.keys) == ["id", "file", "decision", "uncertain", "reasons", "labels", "model", "notice"])
        let labels = try #require(root["labels"] as? [[String: Any]])
        #expect(
            labels.allSatisfy {
                Set($0.keys) == ["code", "name", "condition", "score", "decided", "explanation", "link", "votes"]
            })
        #expect(
            Set((root["model"] as? [String: Any] ?? [:]).keys) == ["name", "sha256", "label_space", "preprocessing"])
        #expect(root["reasons"] as? [String] == ["low_confidence"] && root["uncertain"] as? Bool == true)
        #expect(root["notice"] as? String == "Not a medical device.")
        #expect(try JSONDecoder().decode(Prediction.self, from: Data(line.utf8)) == prediction)
    }

    @Test func `an untrained label says so in JSON and in the text`() throws {
        let sample = try SampleModels.fit(members: [SampleModels.allMembers[0]])
        let model = TrainedModel(
            name: sample.name, labelSpace: sample.labelSpace, preprocessing: sample.preprocessing,
            networkWeights: nil, extractor: sample.extractor, ensemble: sample.ensemble, policy: sample.policy,
            trainingSupport: [0, 12, 20], trainingRows: 20, mostFrequentLabels: [2], provenance: sample.provenance)
        let matrix = Matrix(rows: 1, columns: 3, values: [0, 0.2, 0.9])
        let decision = LabelMatrix(rows: 1, columns: 3, values: [0, 0, 1])
        let prediction = Prediction(
            file: "a.png", contentDigest: Digest(of: "a"), row: 0,
            of: EnsembleScores(
                scores: matrix, decision: decision, memberScores: [matrix], memberDecisions: [decision]),
            decision: Decision(labels: [2], confidence: 0.5, reasons: []), by: model)
        #expect(prediction.labels.map(\.untrained) == [true, nil, true])
        #expect(try prediction.jsonLine().contains("\"untrained\":true"))
        #expect(prediction.terminalText.split(separator: "\n").filter { $0.contains(", untrained") }.count == 3)
    }

    @Test func `the terminal text lists the decision, then the labels by score, ties in label order`() throws {
        let text = try Self.prediction([0.5, 0.97, 0.5], decided: [1]).terminalText
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "a.png: Supraventricular arrhythmia (B)")
        #expect(lines[1].hasPrefix("  B  0.970  ███████████████████░"))
        #expect(lines[2].hasPrefix("  A  0.500  ██████████░") && lines[3].hasPrefix("  C  0.500"))
        #expect(lines.last == "  Not a medical device.")
    }

    @Test func `uncertainty comes first, in capitals, with its reasons, and keeps the decision`() throws {
        let text = try Self.prediction([0, 1, 0], decided: [1], reasons: [.lowConfidence, .membersDisagree])
            .terminalText
        #expect(text.hasPrefix("a.png: UNCERTAIN: ") && text.contains("; "))
        #expect(text.contains("\n  decision: Supraventricular arrhythmia (B)\n"))
        let none = try Self.prediction([0, 0, 0], decided: [], reasons: [.noLabelDecided]).terminalText
        #expect(none.hasPrefix("a.png: UNCERTAIN: no condition was found"))
        #expect(none.contains("\n  decision: no condition decided\n"))
    }

    @Test func `a picture that is not an ECG has no condition in the text, but a decision in JSON`() throws {
        let foreign = try Self.prediction([0.2, 1, 0], decided: [1], reasons: [.lowConfidence, .notAnECG])
        #expect(
            foreign.terminalText == """
                a.png: UNCERTAIN: the picture does not look like the ECG pictures that this model was trained on
                  The scores are not meaningful for this file (see --json).
                  Not a medical device.
                """)
        #expect(foreign.decision == ["B"] && foreign.uncertain && foreign.reasons.contains(.notAnECG))
    }
}
