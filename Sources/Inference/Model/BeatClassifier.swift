import Classifiers
import DiagnosticFeatures
import LinearAlgebra
import Signals

/// Classifies the beats of a recording, each in its rhythm, with a trained model that is loaded once.
///
/// ```swift
/// let beats = BeatDetector().beats(in: recording)
/// let found = try classifier.classify(beats, of: recording, workers: .all)
/// ```
public struct BeatClassifier: Sendable {
    public let model: TrainedModel
    private let extractor: BeatExtractor
    /// The class of each label; nil for a label that is not an AAMI class.
    private let classes: [AAMIClass?]

    /// The number of beats that are measured at a time. A day has 100,000.
    static let chunk = 1000

    /// - Throws: `ModelFileError.otherInput` for a model of other samples; `.badValue` for a model without AAMI classes.
    public init(model: TrainedModel, path: String) throws {
        guard model.input == .beats else {
            throw ModelFileError.otherInput(model: path, input: model.input, expected: .beats)
        }
        classes = model.labelSpace.codes.map(AAMIClass.init(rawValue:))
        guard classes.contains(where: { $0 != nil }) else {
            throw ModelFileError.badValue(
                file: path, object: "/ label_space", found: model.labelSpace.codes.joined(separator: ", "),
                expected: "labels among \(AAMIClass.allCases.map(\.code).joined(separator: ", "))")
        }
        self.model = model
        extractor = BeatExtractor(names: model.measurements, cacheFolder: nil)
    }

    /// Classifies the beats that `BeatDetector` found.
    ///
    /// The class of a beat is the label with the highest score. Paced beats keep the class Q that the detector gave them,
    /// because training leaves out records with paced beats, as EC57 does.
    ///
    /// - Parameters:
    ///   - beats: the beats of `recording`.
    ///   - keep: receives the results of some beats at a time, in order: the first beat, scores (beats × labels) and
    ///     decisions.
    /// - Returns: the same beats with their classes.
    /// - Throws: `EnsembleError`.
    public func classify(
        _ beats: Beats, of recording: Recording, workers: Workers,
        keep: (_ first: Int, _ scores: Matrix<Double>, _ decisions: [Decision]) -> Void = { _, _, _ in }
    ) throws -> Beats {
        let features = BeatFeatures(of: recording, beats: beats)
        var found: [AAMIClass] = []
        for start in stride(from: 0, to: features.count, by: Self.chunk * workers.count) {
            let end = min(start + Self.chunk * workers.count, features.count)
            let starts = Array(stride(from: start, to: end, by: Self.chunk))
            let parts = try workers.map(starts.count) { index, _ in
                extractor.features(of: starts[index] ..< min(starts[index] + Self.chunk, end), in: features)
            }
            let values = Matrix(
                rows: end - start, columns: extractor.names.count, values: parts.flatMap(\.values))
            let scores = try model.ensemble.scores(values, workers: workers)
            keep(
                start, scores.scores,
                DecisionReasons(of: values, traces: nil, by: model).decide(scores, by: model.policy))
            for row in 0 ..< end - start {
                let rule = beats.beats[start + row].beatClass
                found.append(rule == .unclassifiable ? rule : highest(scores.scores.row(row)))
            }
        }
        return beats.with(classes: found)
    }

    /// The AAMI class with the highest score; of equal scores the first.
    private func highest(_ scores: some Collection<Double>) -> AAMIClass {
        var best: (beatClass: AAMIClass, score: Double)?
        for (beatClass, score) in zip(classes, scores) {
            guard let beatClass, best.map({ score > $0.score }) ?? true else { continue }
            best = (beatClass, score)
        }
        return best!.beatClass
    }
}
