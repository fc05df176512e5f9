import Files
import Foundation

/// Writes the saliency maps of predictions to a folder as `stem-CODE.png`, with a number if a stem repeats.
public struct SaliencyPictures {
    private let folder: String
    private var stems: Set<String> = []

    public init(folder: String) { self.folder = folder }

    /// Writes the maps of a prediction, then replaces them with the paths of the files.
    ///
    /// - Throws: `FileError`.
    public mutating func write(_ prediction: inout Prediction) throws {
        let name = URL(fileURLWithPath: prediction.file).deletingPathExtension().lastPathComponent
        var (stem, number) = (name, 1)
        while !stems.insert(stem).inserted {
            number += 1
            stem = "\(name)-\(number)"
        }
        for index in prediction.labels.indices {
            guard let png = prediction.labels[index].saliency?.png else { continue }
            try AtomicFile.makeFolder(folder)
            let path = "\(folder)/\(stem)-\(prediction.labels[index].code).png"
            try AtomicFile.write(png, to: path)
            prediction.labels[index].saliency?.file = path
            prediction.labels[index].saliency?.png = nil
        }
    }
}
