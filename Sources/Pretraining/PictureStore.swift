import Files
import Foundation
import Imaging
import Inference
import LinearAlgebra
import Progress
import Synchronization

/// All pictures of a pretraining run in memory, each as network input and as strokes for augmentation.
///
/// A beat of 432 × 288 pixels takes about 10 KB. Epochs then draw strokes and decode no files.
struct PictureStore: Sendable {
    let preprocessing: Preprocessing
    let strengths: AugmentationStrengths
    let seed: UInt64
    /// Pictures in the order of the files; nil for unused and unreadable files.
    private let pictures: [Picture?]
    /// Skipped files with their reasons.
    let unreadable: [FeatureExtractor.Unreadable]
    /// The SHA-256 of each file's decoded pixels; nil for unused and unreadable files.
    let pixelDigests: [Digest?]
    /// The SHA-256 over the contents of all files, in order.
    let digest: Digest

    private struct Picture: Sendable {
        let plain: PackedPicture
        let strokes: InkStrokes
        let file: Digest
        let pixels: Digest
    }

    /// Reads the pictures.
    ///
    /// - Parameters:
    ///   - files: paths of PNG and JPEG pictures.
    ///   - isUsed: whether the file at an index is read.
    ///   - skipUnreadable: whether to skip files that cannot be read instead of throwing.
    /// - Throws: the error of the first file that cannot be read or has no trace.
    init(
        _ files: [String], isUsed: @Sendable (Int) -> Bool, preprocessing: Preprocessing,
        strengths: AugmentationStrengths, seed: UInt64, skipUnreadable: Bool, workers: Workers
    ) throws {
        let done = Atomic<Int>(0)
        let bar = ProgressBar("Reading", unit: "images")
        let results = try workers.map(files.count) { index, _ -> Result<Picture?, any Error> in
            defer { bar.show(done.add(1, ordering: .relaxed).newValue, of: files.count) }
            guard isUsed(index) else { return .success(nil) }
            return Result {
                let bytes = try FileContent.bytes(of: files[index], limit: Page.Limits().bytes)
                let page = try Page(decoding: bytes, name: files[index])
                return Picture(
                    plain: PackedPicture(try preprocessing.apply(to: page, name: files[index])),
                    strokes: try InkStrokes(of: page, name: files[index]), file: Digest(of: bytes),
                    pixels: page.pixelDigest)
            }
        }
        var unreadable: [FeatureExtractor.Unreadable] = []
        pictures = try results.enumerated().map { index, result in
            switch result {
            case .success(let picture): return picture
            case .failure(let error):
                guard skipUnreadable else { throw error }
                unreadable.append(.init(path: files[index], reason: "\(error)"))
                return nil
            }
        }
        self.unreadable = unreadable
        self.preprocessing = preprocessing
        self.strengths = strengths
        self.seed = seed
        pixelDigests = pictures.map { $0?.pixels }
        digest = Digest(of: pictures.map { $0.map { "\($0.file)" } ?? "-" }.joined(separator: "\n"))
    }

    /// Whether the picture at an index was read.
    func has(_ index: Int) -> Bool { pictures[index] != nil }

    /// The memory that the pictures take, in bytes.
    var byteCount: Int {
        pictures.reduce(0) { $0 + ($1.map { $0.plain.byteCount + $0.strokes.byteCount } ?? 0) }
    }

    /// Returns the strokes of a picture.
    ///
    /// - Precondition: the picture was read.
    func strokes(_ index: Int) -> InkStrokes { picture(index).strokes }

    /// Writes the network input of the original picture.
    ///
    /// - Parameter out: size × size gray values.
    func plain(_ index: Int, into out: UnsafeMutablePointer<UInt8>) { picture(index).plain.unpack(into: out) }

    /// Writes the network input of an augmented picture. Seed, epoch and place determine the augmentation.
    ///
    /// If preprocessing finds no trace (for example under strong noise), a new augmentation is drawn. After three
    /// failures the original picture is used.
    func augmented(_ index: Int, epoch: Int, place: Int, into out: UnsafeMutablePointer<UInt8>) {
        var random = SeededGenerator(seed: seed, purpose: "augmentation in epoch \(epoch)", index: place)
        for _ in 0 ..< 3 {
            let augmentation = Augmentation(strengths, &random)
            if augmentation.isIdentity { break }
            guard let page = try? augmentation.page(of: picture(index).strokes, name: "augmented picture"),
                let image = try? preprocessing.apply(to: page, name: "augmented picture")
            else { continue }
            image.pixels.withUnsafeBufferPointer { out.update(from: $0.baseAddress!, count: $0.count) }
            return
        }
        plain(index, into: out)
    }

    private func picture(_ index: Int) -> Picture {
        guard let picture = pictures[index] else { preconditionFailure("picture \(index) was not read") }
        return picture
    }
}
