import Files
import Foundation
import LinearAlgebra
import Signals
import Synchronization

extension Digest {
    /// Computes the digest of a sample's content: of a file, or of the header and signal files of a WFDB record.
    ///
    /// - Parameter path: a file, or the name of a WFDB record.
    /// - Throws: `FileError`, `WFDBError`.
    package init(ofSample path: String) throws {
        let isRecord = path.hasSuffix(".hea") || !FileManager.default.fileExists(atPath: path)
        guard isRecord, FileManager.default.fileExists(atPath: path.hasSuffix(".hea") ? path : path + ".hea") else {
            try self.init(ofFile: path)
            return
        }
        let digests = try WFDBHeader.files(ofRecord: path).map { "\(try Digest(ofFile: $0))\n" }
        self.init(of: digests.joined())
    }
}

extension Dataset {
    /// Computes the SHA-256 of every sample's file, in the samples' order.
    ///
    /// - Parameter progress: receives the number of finished files, from any thread and in no particular order.
    /// - Throws: `FileError` for the first picture that cannot be read.
    public func contentDigests(
        workers: Workers = .all, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> [Digest] {
        let done = Atomic<Int>(0)
        return try workers.map(count) { index, _ in
            let digest = try Digest(ofSample: path(of: samples[index]))
            progress?(done.wrappingAdd(1, ordering: .relaxed).newValue, count)
            return digest
        }
    }

    /// Computes the digest that identifies the data set: two folders with the same digest give the same results.
    ///
    /// It is the SHA-256 over all samples, sorted by path. A sample is hashed as its path, the digest of its content,
    /// the codes of its labels joined by `|`, group, split and fold. Missing fields are empty, and a zero byte ends
    /// each field. The order of rows, other columns and the folder's location have no influence.
    ///
    /// - Parameter contents: the result of `contentDigests`.
    /// - Precondition: there is one content digest per sample.
    public func digest(contents: [Digest]) -> Digest {
        precondition(contents.count == count, "\(contents.count) digests of \(count) samples")
        let order = samples.indices.sorted { samples[$0].path.utf8.lexicographicallyPrecedes(samples[$1].path.utf8) }
        var hasher = Digest.Hasher()
        for index in order {
            let sample = samples[index]
            let fields = [
                sample.path, contents[index].description, labelSpace.joined(sample.labels), sample.group ?? "",
                sample.part?.rawValue ?? "", sample.fold.map(String.init) ?? "",
            ]
            for field in fields { hasher.update(Array((field + "\0").utf8)) }
        }
        return hasher.finish()
    }
}
