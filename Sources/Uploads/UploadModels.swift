import Files
import Inference

/// The loaded models by the kind of sample that they read.
package struct UploadModels: Sendable {
    package private(set) var pictures: [Predictor] = []
    package private(set) var recordings: [RecordingPredictor] = []
    /// The model of beats that is used: the first one.
    package private(set) var beats: BeatClassifier?

    package init() {}

    /// Loads model files. Several models of the same content count once.
    ///
    /// - Throws: `ModelFileError`, `FileError`.
    package init(contentsOf paths: [String]) throws {
        var digests: Set<Digest> = []
        for path in paths {
            let model = try ModelFile.read(path)
            if let digest = model.digest, !digests.insert(digest).inserted { continue }
            switch model.input {
            case .picture: pictures.append(try Predictor(model: model, path: path))
            case .recording: recordings.append(try RecordingPredictor(model: model, path: path))
            case .beats: if beats == nil { beats = try BeatClassifier(model: model, path: path) }
            }
        }
    }

    /// The codes of the labels that results can have, without repeats.
    package var labelCodes: [String] {
        var codes: [String] = []
        for model in pictures.prefix(1).map(\.model) + recordings.map(\.model) {
            codes += model.labelSpace.codes.filter { !codes.contains($0) }
        }
        return codes
    }

    /// All models, those of pictures first.
    package var all: [TrainedModel] {
        pictures.map(\.model) + recordings.map(\.model) + [beats?.model].compactMap { $0 }
    }
}
