import Classifiers
import Files
import Foundation
import LinearAlgebra
import RecordingFormats
import Signals

/// The classes of all beats of a recording, as `heartsense predict` prints them.
public struct BeatPrediction: Encodable, Sendable {
    public let file: String
    /// The number of beats by class.
    public let counts: [String: Int]
    /// The number of beats that a person should review.
    public let uncertain: Int
    public private(set) var beats: [Beat]
    public let model: Prediction.Model
    public let notice = Prediction.notice

    /// A beat with its class.
    public struct Beat: Encodable, Sendable {
        public let timeS: Double
        /// N, S, V, F or Q: the class with the highest score.
        public let `class`: String
        /// The calibrated vote by class, 0…1.
        public let scores: [String: Double]
        public let uncertain: Bool
        public let reasons: [Reason]

        private enum CodingKeys: String, CodingKey {
            case `class`, scores, uncertain, reasons
            case timeS = "time_s"
        }
    }

    /// Reads a recording, finds its beats and classifies them.
    ///
    /// - Parameter path: a recording, also the name of a WFDB record.
    /// - Throws: `RecordingFile`'s errors; `BeatError.unusable` if beats cannot be looked for; `EnsembleError`.
    public init(of path: String, by classifier: BeatClassifier, workers: Workers) throws {
        let recording = try RecordingFile(path).recording
        let found = BeatDetector().beats(in: recording)
        if let error = recording.readingError { throw error }
        if let refusal = found.refusal { throw BeatError.unusable(record: path, reason: "\(refusal)") }
        let codes = classifier.model.labelSpace.codes
        var rows: [(scores: [Double], decision: Decision)] = []
        let classified = try classifier.classify(found, of: recording, workers: workers) { _, scores, decisions in
            for (row, decision) in decisions.enumerated() { rows.append((Array(scores.row(row)), decision)) }
        }
        file = path
        beats = zip(classified.beats, rows).map { beat, row in
            Beat(
                timeS: (Double(beat.sample) / recording.samplingRate * 1e4).rounded() / 1e4, class: beat.beatClass.code,
                scores: Dictionary(uniqueKeysWithValues: zip(codes, row.scores)), uncertain: row.decision.uncertain,
                reasons: row.decision.reasons)
        }
        counts = Dictionary(beats.map { ($0.class, 1) }, uniquingKeysWith: +)
        uncertain = beats.count(where: \.uncertain)
        model = Prediction.Model(
            name: classifier.model.name, sha256: classifier.model.digest?.description ?? "",
            labelSpace: classifier.model.labelSpace.fingerprint, preprocessing: "measurements")
    }

    /// One line for the terminal.
    public var terminalText: String {
        let classes = AAMIClass.allCases.compactMap { beatClass in
            counts[beatClass.code].map { "\(beatClass.code) \($0)" }
        }
        return "\(file): \(beats.count) beats: \(classes.joined(separator: ", ")); \(uncertain) uncertain. \(notice)"
    }

    /// One line of JSON.
    ///
    /// The beats are encoded a few at a time, because the encoder needs much memory for the 100,000 beats of a day.
    public func jsonLine() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var rest = self
        rest.beats = []
        let frame = String(decoding: try encoder.encode(rest), as: UTF8.self)
        // `beats` is the first key.
        let opening = "{\"beats\":["
        precondition(frame.hasPrefix(opening), "unexpected JSON")
        var line = opening
        for start in stride(from: 0, to: beats.count, by: 1000) {
            let part = try encoder.encode(Array(beats[start ..< min(start + 1000, beats.count)]))
            if start > 0 { line += "," }
            line += String(decoding: part.dropFirst().dropLast(), as: UTF8.self)
        }
        return line + frame.dropFirst(opening.count)
    }

    /// The header of `csvLines`.
    public static func csvHeader(_ codes: [String]) -> String {
        CSVTable.line(of: ["file", "time_s", "class", "uncertain"] + codes)
    }

    /// A line for each beat.
    public func csvLines(_ codes: [String]) -> [String] {
        beats.map { beat in
            CSVTable.line(
                of: [file, "\(beat.timeS)", beat.class, beat.uncertain ? "1" : "0"]
                    + codes.map { "\(beat.scores[$0] ?? 0)" })
        }
    }
}
