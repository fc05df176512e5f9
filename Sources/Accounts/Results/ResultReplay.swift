import Files
import Foundation
import GRDB
import Inference
import LinearAlgebra
import Storage

/// Repeats a stored prediction with a model, and compares the two bit for bit.
public struct ResultReplay {
    /// A value that differs.
    public struct Difference: Equatable, Sendable, CustomStringConvertible {
        public let what: String
        public let stored: String
        public let now: String

        public var description: String { "\(what): stored \(stored), now \(now)" }
    }

    public struct Outcome: Equatable, Sendable {
        public let id: String
        /// The number of scores that were compared.
        public let scores: Int
        public let differences: [Difference]
    }

    private let stored: Prediction
    private let input: String
    private let picture: Data?

    /// Finds the result.
    ///
    /// - Parameter id: The id of the result, or of a report about it.
    /// - Throws: `ResultReplayError`, `StorageError`.
    public init(_ id: String, database: String) throws {
        let row = try ServerDatabase.read(database) { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT r.answer, r.input, i.png FROM results r LEFT JOIN images i ON i.result = r.number
                    WHERE (r.id = :id OR r.number = (SELECT result FROM reports WHERE id = :id))
                        AND json_type(r.answer, '$.decision') IS NOT NULL
                    ORDER BY i.png IS NULL, r.number LIMIT 1
                    """, arguments: ["id": id])
        }
        guard let row else { throw ResultReplayError.unknown(id: id, database: database) }
        (stored, input, picture) = (try Prediction(stored: row["answer"]), row["input"], row["png"])
    }

    /// - Parameter file: The original picture file; nil for the stored picture.
    /// - Throws: `ResultReplayError.noPicture`, and errors of reading the picture.
    public func run(with predictor: Predictor, picture file: String? = nil, workers: Workers) throws -> Outcome {
        var differences = fingerprints(of: predictor)
        let bytes: Data
        if let file {
            bytes = try FileContent.bytes(of: file, limit: 512 << 20)
            compare("input (SHA-256)", input, "\(Digest(of: bytes))", &differences)
        } else if let picture {
            // Re-encoded from the same pixels: another file, but the same prediction.
            bytes = picture
        } else {
            throw ResultReplayError.noPicture(id: stored.id, input: input)
        }
        let now = try predictor.predictions(of: [(stored.file, .success(bytes))], workers: workers)[0].get()
        let scores = compareScores(now, &differences)
        compare("decision", stored.decision.joined(separator: "|"), now.decision.joined(separator: "|"), &differences)
        compare("uncertain", "\(stored.uncertain)", "\(now.uncertain)", &differences)
        compare(
            "reasons", stored.reasons.map(\.rawValue).joined(separator: ", "),
            now.reasons.map(\.rawValue).joined(separator: ", "), &differences)
        return Outcome(id: stored.id, scores: scores, differences: differences)
    }

    private func fingerprints(of predictor: Predictor) -> [Difference] {
        let model = predictor.model
        var differences: [Difference] = []
        compare("model (SHA-256)", stored.model.sha256, model.digest?.description ?? "unknown", &differences)
        compare("label space", stored.model.labelSpace, model.labelSpace.fingerprint, &differences)
        compare("preprocessing", stored.model.preprocessing, model.preprocessing.ink.rawValue, &differences)
        return differences
    }

    /// - Returns: The number of values that were compared.
    private func compareScores(_ now: Prediction, _ differences: inout [Difference]) -> Int {
        var count = 0
        let codes = stored.labels.map(\.code)
        compare("labels", codes.joined(separator: "|"), now.labels.map(\.code).joined(separator: "|"), &differences)
        for label in stored.labels {
            guard let other = now.labels.first(where: { $0.code == label.code }) else { continue }
            count += 1 + label.votes.count
            compareNumber("score of \(label.code)", label.score, other.score, &differences)
            for member in Set(label.votes.keys).union(other.votes.keys).sorted() {
                compareNumber(
                    "vote of \(member) for \(label.code)", label.votes[member], other.votes[member], &differences)
            }
        }
        return count
    }

    private func compareNumber(_ what: String, _ stored: Double?, _ now: Double?, _ differences: inout [Difference]) {
        // Decimals are written in a form that reads back to the same bits.
        guard stored?.bitPattern != now?.bitPattern else { return }
        differences.append(
            Difference(what: what, stored: stored.map { "\($0)" } ?? "none", now: now.map { "\($0)" } ?? "none"))
    }

    private func compare(_ what: String, _ stored: String, _ now: String, _ differences: inout [Difference]) {
        if stored != now { differences.append(Difference(what: what, stored: stored, now: now)) }
    }
}

/// A reason why a prediction cannot be repeated.
public enum ResultReplayError: Error, Equatable {
    case unknown(id: String, database: String)
    case noPicture(id: String, input: String)
}

extension ResultReplayError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(let id, let database): "\(database): no result or report has the id \(id)."
        case .noPicture(let id, let input):
            "Result \(id): its picture was not stored. Name the original file with --picture (SHA-256 \(input))."
        }
    }

    public var errorDescription: String? { description }
}
