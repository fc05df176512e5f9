import Datasets
import Files
import Foundation
import Imaging
import LinearAlgebra
import Synchronization

/// What the audit takes from one picture, whose file is read and decoded once.
package struct PictureReading: Sendable {
    /// SHA-256 of the file's bytes.
    let file: Digest
    /// SHA-256 of the decoded pixels.
    let pixels: Digest
    /// The one-number probes of the picture as it was drawn, the file's own numbers among them.
    package let drawn: [Double]
    /// Those of the picture prepared in each of the ways that were asked for; nil if nothing is drawn on it.
    package let prepared: [[Double]]?
    /// Of the picture prepared in the first way; nil if nothing is drawn on it.
    let signature: PictureSignature?
    /// Why nothing is drawn on it, in a sentence.
    let blank: String?

    /// - Parameters:
    ///   - path: is opened.
    ///   - name: what errors call the picture.
    ///   - preparations: at least one.
    /// - Throws: `FileError` or `ImageError` for a file that is no picture.
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

    /// Reads some samples of a data set, in any order on all workers.
    ///
    /// - Returns: a reading for each row, or why there is none.
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
