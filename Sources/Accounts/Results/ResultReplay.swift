import Files
import Foundation
import GRDB
import Inference
import LinearAlgebra
import Storage

/// Asks a model again for a stored result, and says whether the answer is the same to the last bit.
public struct ResultReplay {
    /// One thing that is not as it was.
    public struct Difference: Equatable, Sendable, CustomStringConvertible {
        public let what: String
        public let stored: String
        public let now: String

        public var description: String { "\(what): stored \(stored), now \(now)" }
    }

    public struct Outcome: Equatable, Sendable {
        public let id: String
        /// Numbers that were compared.
        public let scores: Int
        public let differences: [Difference]
    }

    private let stored: Prediction
    private let input: String
    private let picture: Data?

    /// Finds the result.
    ///
    /// - Parameter id: of the answer, or of a report that was sent about it.
    /// - Throws: `ResultReplayError`, `StorageError`.
    public init(_ id: String, database: String) throws {
        let row = try ServerDatabase.read(database) { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT r.answer, r.input, i.png FROM results r LEFT JOIN images i ON i.result = r.number
                    WHERE r.id = :id OR r.number = (SELECT result FROM reports WHERE id = :id)
                    ORDER BY i.png IS NULL, r.number LIMIT 1
                    """, arguments: ["id": id])
        }
        guard let row else { throw ResultReplayError.unknown(id: id, database: database) }
        (stored, input, picture) = (try Prediction(stored: row["answer"]), row["input"], row["png"])
    }

    /// - Parameter file: the picture as it was sent; nil for the one that was kept.
    /// - Throws: `ResultReplayError.noPicture`, and what reading the picture throws.
    public func run(with predictor: Predictor, picture file: String? = nil, workers: Workers) throws -> Outcome {
        var differences = fingerprints(of: predictor)
        let bytes: Data
        if let file {
            bytes = try FileContent.bytes(of: file, limit: 512 << 20)
            compare("input (SHA-256)", input, "\(Digest(of: bytes))", &differences)
        } else if let picture {
            // Written anew from the same pixels: not the same file, but the same answer.
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

    /// - Returns: how many numbers were compared.
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
        // Decimals are written so that they read back as the same bits.
        guard stored?.bitPattern != now?.bitPattern else { return }
        differences.append(
            Difference(what: what, stored: stored.map { "\($0)" } ?? "none", now: now.map { "\($0)" } ?? "none"))
    }

    private func compare(_ what: String, _ stored: String, _ now: String, _ differences: inout [Difference]) {
        if stored != now { differences.append(Difference(what: what, stored: stored, now: now)) }
    }
}

/// Why a result cannot be asked for again.
public enum ResultReplayError: Error, Equatable {
    case unknown(id: String, database: String)
    case noPicture(id: String, input: String)
}

extension ResultReplayError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(let id, let database): "\(database): there is no result or report \(id)."
        case .noPicture(let id, let input):
            "Result \(id): its picture was not kept. Name the file with --picture (SHA-256 \(input))."
        }
    }

    public var errorDescription: String? { description }
}
