import Files
import LinearAlgebra
import Synchronization

extension Dataset {
    /// The SHA-256 of every sample's file, in the samples' order.
    ///
    /// - Parameter progress: told after each file how many are done, from any thread and in no particular order.
    /// - Throws: `FileError` for the first picture that cannot be read.
    public func contentDigests(
        workers: Workers = .all, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> [Digest] {
        let done = Atomic<Int>(0)
        return try workers.map(count) { index, _ in
            let digest = try Digest(ofFile: path(of: samples[index]))
            progress?(done.wrappingAdd(1, ordering: .relaxed).newValue, count)
            return digest
        }
    }

    /// What the data set is known by: two folders with the same digest give the same numbers.
    ///
    /// The SHA-256 over all samples, sorted by path; of each the path, the content's digest, the codes of its labels
    /// joined by `|`, group, split and fold (empty where there is none), every field ended by a zero byte. The order
    /// of rows, further columns and the place of the folder do not count.
    ///
    /// - Parameter contents: what `contentDigests` gave.
    /// - Precondition: there is one content digest for each sample.
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
