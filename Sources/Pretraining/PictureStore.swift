import Files
import Foundation
import Imaging
import Inference
import LinearAlgebra
import Progress
import Synchronization

/// All pictures of a pretraining in memory: as the network sees them, and as strokes to be drawn anew.
///
/// About 10 KB for a beat of 432 × 288 pixels, so that every epoch costs drawing and no decoding.
struct PictureStore: Sendable {
    let preprocessing: Preprocessing
    let strengths: AugmentationStrengths
    let seed: UInt64
    /// As the files are listed; nil for those that are not used or could not be read.
    private let pictures: [Picture?]
    /// Files that were skipped, and why.
    let unreadable: [FeatureExtractor.Unreadable]
    /// SHA-256 of the decoded pixels of each file that was read.
    let pixelDigests: [Digest?]
    /// Over the files' contents, in order.
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
    ///   - isUsed: of a file's place in the list.
    /// - Throws: the error of the first file that cannot be read or holds no drawing, unless they are skipped.
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

    func has(_ index: Int) -> Bool { pictures[index] != nil }

    var byteCount: Int {
        pictures.reduce(0) { $0 + ($1.map { $0.plain.byteCount + $0.strokes.byteCount } ?? 0) }
    }

    /// The strokes of a picture that was read.
    func strokes(_ index: Int) -> InkStrokes { picture(index).strokes }

    /// A picture as it is.
    ///
    /// - Parameter out: size × size.
    func plain(_ index: Int, into out: UnsafeMutablePointer<UInt8>) { picture(index).plain.unpack(into: out) }

    /// A picture as it might have come out, known by seed, epoch and place.
    ///
    /// A page on which neutral ink finds no drawing (noise has drowned it) is made again, and after three of them the
    /// picture is left as it is.
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
