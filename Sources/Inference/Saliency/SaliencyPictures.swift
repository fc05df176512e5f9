import Files
import Foundation

/// Writes the pictures of explained answers into a folder: `stem-CODE.png`, numbered where a stem comes again.
public struct SaliencyPictures {
    private let folder: String
    private var stems: Set<String> = []

    public init(folder: String) { self.folder = folder }

    /// Writes the pictures of an answer; it then names their files and no longer holds them.
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
