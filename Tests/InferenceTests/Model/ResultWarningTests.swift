import Datasets
import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite struct ResultWarningTests {
    private static let all: [ResultWarning] = [
        .data(.labelMissing("V", samples: 1, parts: ["test"])), .asDrawn,
        .acceptedLeak(labels: "N by mean ink gray (1.000)", chance: 0.5, preprocessing: "as-drawn 224"),
        .leakInFiles(labels: "N", chance: 0.5, preprocessing: "neutral 224", isRemoved: true),
        .leakInFiles(labels: "N", chance: 0.5, preprocessing: "neutral 224", isRemoved: false),
        .predictiveShape(labels: "F", chance: 0.5), .unreadablePictures(2), .scoredDuplicates(["a", "b", "c", "d"]),
        .repeatedPictures(1), .conflictingLabels(2, example: ["a", "b"]), .groupsInSeveralParts(["p1"]), .noGroups,
        .singleValidationGroup("p1"), .rowsLeftOutOfFolds(3), .partsReplaced(by: "kfold"),
        .networkPerFold(final: "x.h5"),
        .conformalOff(reason: "no rows"), .fewConformalRows(5, needed: 9, hasLabel: true, label: "V", alpha: 0.1),
        .coverageMissed(promised: 0.9, covered: 0.75, samples: 200, hasLabel: false, label: "V"),
        .noOutOfDistributionCheck(rows: 5, needed: 30), .fewOutOfDistributionRows(50, needed: 199, falseAlarms: 0.01),
        .untrainedLabels(["F", "Q"]), .otherCondition(label: "N", model: "Normal", data: "Uncertain"),
    ]

    @Test func `every warning is one sentence of its own without a full stop at the end`() {
        let sentences = Self.all.map(\.description)
        #expect(Set(sentences).count == sentences.count)
        for sentence in sentences {
            #expect(sentence.count > 20 && !sentence.hasSuffix(".") && !sentence.contains("Optional"), "\(sentence)")
        }
        #expect(sentences.contains { $0.hasSuffix("removed: a, b, c, …") })
    }

    @Test func `ink, accepted leaks and untrained labels apply to later results, and nothing else`() throws {
        let later = Self.all.filter(\.appliesToLaterResults)
        #expect(later == [Self.all[1], Self.all[2], .untrainedLabels(["F", "Q"])])
        let provenance = TrainedModel.Provenance(
            heartsense: "1", datasetSHA256: .init(of: "x"), seed: 1, configuration: [:], warnings: Self.all)
        #expect(provenance.warnings == Self.all.map(\.description))
        let back = try JSONDecoder().decode(
            TrainedModel.Provenance.self, from: JSONEncoder().encode(provenance))
        #expect(back == provenance && back.laterWarnings == later.map(\.description))
    }

    @Test func `a model file without marks keeps all warnings if leaks were possible`() throws {
        func later(_ configuration: String) throws -> [String] {
            let digest = String(repeating: "0", count: 64)
            let json = """
                {"heartsense":"0","datasetSHA256":"\(digest)","seed":1,"configuration":{\(configuration)},
                 "warnings":["a","b"]}
                """
            return try JSONDecoder().decode(TrainedModel.Provenance.self, from: Data(json.utf8)).laterWarnings
        }
        #expect(try later(#""preprocessing.ink":"as-drawn""#) == ["a", "b"])
        #expect(try later(#""audit":"accept""#) == ["a", "b"])
        #expect(try later(#""preprocessing.ink":"neutral","audit":"refuse""#) == [])
    }
}
