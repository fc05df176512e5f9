import Classifiers
import Datasets
import Files
import LinearAlgebra
import Signals

/// Classifies recordings, and pages that show them, with a trained model that is loaded once.
public struct RecordingPredictor: Sendable {
    public let model: TrainedModel
    private let extractor: MeasurementExtractor
    private let explanation: MeasurementExplanation

    /// - Throws: `ModelFileError.otherInput` for a model of other samples; `PrecisionError.unavailable` if this machine
    ///   cannot compute in the precision of the model's network.
    public init(model: TrainedModel, path: String) throws {
        guard model.input == .recording else {
            throw ModelFileError.otherInput(model: path, input: model.input, expected: .recording)
        }
        self.model = model
        extractor = try model.measurementExtractor(cacheFolder: nil)
        explanation = MeasurementExplanation(of: model.ensemble, measurements: model.measurements)
    }

    /// Returns the prediction for each file, in order. A file that cannot be read yields its error.
    ///
    /// - Parameter files: recordings (also names of WFDB records) and pages.
    public func predictions(of files: [String], workers: Workers) throws -> [Result<Prediction, any Error>] {
        let measured = try workers.map(files.count) { index, _ in
            Result { (try Digest(ofSample: files[index]), try MeasuredRecording(contentsOf: files[index])) }
        }
        let known = measured.compactMap { try? $0.get() }
        var answers = try predictions(
            of: zip(measured.indices.filter { (try? measured[$0].get()) != nil }, known).map {
                (files[$0], $1.0, $1.1)
            }, workers: workers
        ).makeIterator()
        return measured.map { result in result.map { _ in answers.next()! } }
    }

    /// Returns the prediction for each measured recording, in order.
    ///
    /// - Parameter recordings: the names and content digests that the predictions have.
    public func predictions(
        of recordings: [(name: String, digest: Digest, recording: MeasuredRecording)], workers: Workers
    ) throws -> [Prediction] {
        guard !recordings.isEmpty else { return [] }
        let features = try extractor.features(of: recordings.map(\.recording), workers: workers)
        let scores = try model.ensemble.scores(features, workers: workers)
        let decisions = DecisionReasons(
            of: features, traces: nil, known: recordings.map(\.recording.findings), by: model
        ).decide(scores, by: model.policy)
        return try workers.map(recordings.count) { row, _ in
            let isECG = !decisions[row].reasons.contains(.notAnECG)
            let evidence = try explanation.evidence(
                for: isECG ? decisions[row].labels : [], measurements: Array(features.row(row)),
                sex: recordings[row].recording.patient.sex)
            return Prediction(
                file: recordings[row].name, contentDigest: recordings[row].digest, row: row, of: scores,
                decision: decisions[row], evidence: isECG ? evidence : nil, by: model)
        }
    }
}
