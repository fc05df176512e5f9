import Files
import Foundation
import Inference

/// The loaded models by the kind of sample that they read.
package struct UploadModels: Sendable {
    /// The first model of each name.
    package private(set) var pictures: [Predictor] = []
    /// Further models of pictures with the name of an earlier one. Only the Open Inference Protocol uses them.
    package private(set) var otherVersions: [Predictor] = []
    /// The first model of each name.
    package private(set) var recordings: [RecordingPredictor] = []
    /// The model of beats that is used: the first one.
    package private(set) var beats: BeatClassifier?

    /// The files that the models were loaded from, in the order of the paths.
    package private(set) var files: [String] = []

    package init() {}

    /// Loads model files. Several models of the same content count once. Models of the same name are versions of it, of
    /// which the first one is the default.
    ///
    /// - Parameter paths: The files. A folder stands for all its `.h5` files, in reverse natural order: `v10.h5`, `v9.h5`.
    /// - Throws: `ModelFileError`, `FileError`.
    package init(contentsOf paths: [String]) throws {
        var digests: Set<Digest> = []
        files = try paths.flatMap(Self.files)
        for path in files {
            let model = try ModelFile.read(path)
            if let digest = model.digest, !digests.insert(digest).inserted { continue }
            switch model.input {
            case .picture:
                let predictor = try Predictor(model: model, path: path)
                if pictures.contains(where: { $0.model.name == model.name }) {
                    otherVersions.append(predictor)
                } else {
                    pictures.append(predictor)
                }
            case .recording:
                guard !recordings.contains(where: { $0.model.name == model.name }) else { continue }
                recordings.append(try RecordingPredictor(model: model, path: path))
            case .beats: if beats == nil { beats = try BeatClassifier(model: model, path: path) }
            }
        }
    }

    private static func files(at path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return [path]
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter {
            $0.hasSuffix(".h5") && !$0.hasPrefix(".")
        }
        guard !names.isEmpty else { throw FileError.cannotRead(path: path, reason: "the folder has no .h5 file") }
        return names.sorted { NaturalOrder.precedes($1, $0) }.map { "\(path)/\($0)" }
    }

    /// All models of pictures, the default versions first.
    package var versions: [Predictor] { pictures + otherVersions }

    /// The codes of the labels that results can have, without repeats.
    package var labelCodes: [String] {
        var codes: [String] = []
        for model in pictures.prefix(1).map(\.model) + recordings.map(\.model) {
            codes += model.labelSpace.codes.filter { !codes.contains($0) }
        }
        return codes
    }

    /// All models, those of pictures first.
    package var all: [TrainedModel] { defaults + otherVersions.map(\.model) }

    /// The default version of each model, those of pictures first.
    package var defaults: [TrainedModel] {
        pictures.map(\.model) + recordings.map(\.model) + [beats?.model].compactMap { $0 }
    }
}
