import Files
import Foundation
import GRDB
import Inference
import LinearAlgebra
import Processes
import TestSupport
import Testing

@testable import Accounts

struct ResultReplayTests {
    private let workers = Workers(count: 1)

    private func predictor() throws -> Predictor {
        try Predictor(model: try ModelFile.read(try SmallModel.path), path: try SmallModel.path)
    }

    /// A result in a database, and the file of the picture.
    private func stored(keepsPicture: Bool) throws -> (sample: StoredSample, file: String) {
        let sample = try StoredSample()
        let user = try sample.storage.addUser("a@a.org")
        let picture = try SpikePicture.png(3)
        let answer = try #require(
            try predictor().predictions(of: [("a.png", .success(picture))], workers: workers).first?.get())
        try sample.storage.addResult(
            "stored", user: user, answer: answer, picture: keepsPicture ? picture : nil,
            input: Digest(of: picture).description)
        let file = sample.scratch("a.png")
        try AtomicFile.write(picture, to: file)
        return (sample, file)
    }

    @Test func `the same model and picture give the same bits`() throws {
        let (sample, file) = try stored(keepsPicture: true)
        let replay = try ResultReplay("stored", database: sample.storage.path)
        for picture in [nil, file] {
            let outcome = try replay.run(with: try predictor(), picture: picture, workers: workers)
            #expect(outcome.differences == [])
            // Each label has a score and a vote of each member.
            let model = try predictor().model
            #expect(outcome.scores == model.labelSpace.codes.count * (1 + model.ensemble.members.count))
        }
    }

    @Test func `another picture is reported with each differing score`() throws {
        let (sample, _) = try stored(keepsPicture: false)
        let other = sample.scratch("other.png")
        try AtomicFile.write(try SpikePicture.png(4), to: other)
        let replay = try ResultReplay("stored", database: sample.storage.path)
        let outcome = try replay.run(with: try predictor(), picture: other, workers: workers)
        #expect(outcome.differences.first?.what == "input (SHA-256)")
        #expect(outcome.differences.contains { $0.what.hasPrefix("score of") })
        #expect(!outcome.differences.contains { $0.what.hasPrefix("model") })
    }

    @Test func `a difference of one bit is reported`() throws {
        let (sample, file) = try stored(keepsPicture: false)
        let found = try sample.storage.pool.read { try String.fetchOne($0, sql: "SELECT answer FROM results") }
        let answer = try #require(found)
        let label = try #require(try Prediction(stored: answer).labels.first { $0.score > 0 && $0.score < 1 })
        let changed = answer.replacing("\"score\":\(label.score)", with: "\"score\":\(label.score.nextUp)")
        try sample.storage.pool.write {
            try $0.execute(sql: "UPDATE results SET answer = ?", arguments: [changed])
        }
        let replay = try ResultReplay("stored", database: sample.storage.path)
        let outcome = try replay.run(with: try predictor(), picture: file, workers: workers)
        #expect(outcome.differences.map(\.what).allSatisfy { $0.hasPrefix("score of ") })
        #expect(!outcome.differences.isEmpty)
    }

    @Test func `a missing result or picture is an error`() throws {
        let (sample, _) = try stored(keepsPicture: false)
        #expect(throws: ResultReplayError.unknown(id: "other", database: sample.storage.path)) {
            try ResultReplay("other", database: sample.storage.path)
        }
        let replay = try ResultReplay("stored", database: sample.storage.path)
        #expect(throws: ResultReplayError.self) { try replay.run(with: try predictor(), workers: workers) }
    }

    @Test func `the exit status of the command shows the outcome`() throws {
        let (sample, file) = try stored(keepsPicture: false)
        func run(_ picture: String) throws -> ChildProcess.Outcome {
            try Program.run(
                "heartsense",
                [
                    "replay", "stored", "--database", sample.storage.path, "--model", try SmallModel.path,
                    "--picture", picture,
                ], in: sample.scratch.path)
        }
        let same = try run(file)
        #expect(same.status == 0 && same.output.contains("reproduced to the byte"), "\(same.output)\(same.errors)")
        let other = sample.scratch("other.png")
        try AtomicFile.write(try SpikePicture.png(4), to: other)
        let different = try run(other)
        #expect(
            different.status == 3 && different.output.contains("score of "), "\(different.output)\(different.errors)")
    }
}
