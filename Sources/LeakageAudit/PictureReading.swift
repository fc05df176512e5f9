import Datasets
import Files
import Foundation
import Imaging
import LinearAlgebra
import Synchronization

/// The audit's measurements of one picture. The file is read and decoded once.
package struct PictureReading: Sendable {
    /// SHA-256 of the file's bytes.
    let file: Digest
    /// SHA-256 of the decoded pixels.
    let pixels: Digest
    /// The one-number probes of the picture as drawn, including those of the file.
    package let drawn: [Double]
    /// The probes after each of the given preparations; nil if the picture has no drawing.
    package let prepared: [[Double]]?
    /// The signature after the first preparation; nil if the picture has no drawing.
    let signature: PictureSignature?
    /// The reason why the picture counts as blank.
    let blank: String?

    /// - Parameters:
    ///   - path: The file to open.
    ///   - name: The name of the picture in errors.
    ///   - preparations: At least one.
    /// - Throws: `FileError` or `ImageError` if the file is not a valid picture.
    init(of path: String, name: String, preparations: [Preprocessing]) throws {
        let bytes = try FileContent.bytes(of: path, limit: Page.Limits().bytes)
        let page = try Page(decoding: bytes, name: name)
        file = Digest(of: bytes)
        pixels = page.pixelDigest
        drawn = ImageProbe.values(of: page)
        do {
            let images = try preparations.map { try $0.apply(to: page, name: name) }
            prepared = images.map(ImageProbe.values(of:))
            signature = PictureSignature(of: images[0])
            blank = nil
        } catch ImageError.noInk(let file, let finding) {
            prepared = nil
            signature = nil
            blank = "\(ImageError.noInk(file: file, finding: finding))"
        }
    }

    /// Reads the given samples of a dataset on all workers, in any order.
    ///
    /// - Returns: The reading or the error of each row.
    package static func readings(
        of dataset: Dataset, rows: [Int], preparations: [Preprocessing], workers: Workers,
        progress: @Sendable (_ done: Int, _ total: Int) -> Void
    ) -> [Result<PictureReading, any Error>] {
        let done = Atomic<Int>(0)
        let results = Mutex([Result<PictureReading, any Error>?](repeating: nil, count: rows.count))
        progress(0, rows.count)
        workers.forEach(rows.count) { index, _ in
            let sample = dataset.samples[rows[index]]
            let result = Result {
                try PictureReading(of: dataset.path(of: sample), name: sample.path, preparations: preparations)
            }
            results.withLock { $0[index] = result }
            progress(done.wrappingAdd(1, ordering: .relaxed).newValue, rows.count)
        }
        return results.withLock { $0.compactMap { $0 } }
    }
}
