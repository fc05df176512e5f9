import Datasets
import Files
import LinearAlgebra
import Synchronization
import TestSupport
import Testing

@Suite struct DatasetDigestTests {
    private let contents = [Digest(of: "a"), Digest(of: "b")]

    private func digest(_ first: Sample, _ second: Sample, contents: [Digest]) -> Digest {
        Dataset(root: "d", labelSpace: .aami, samples: [first, second]).digest(contents: contents)
    }

    @Test func `the digest is that of the documented bytes`() {
        let second = Sample(path: "b.png", labels: [0, 2], group: "p", part: .test, fold: 4, columns: ["note": "x"])
        let text =
            "a.png\0\(contents[0])\0M\0\0\0\0" + "b.png\0\(contents[1])\0N|V\0p\0test\0" + "4\0"
        #expect(digest(Sample(path: "a.png", labels: [5]), second, contents: contents) == Digest(of: text))
    }

    @Test func `the digest does not depend on the order of rows but on everything else`() {
        let a = Sample(path: "a.png", labels: [0])
        let b = Sample(path: "b.png", labels: [1])
        let reference = digest(a, b, contents: contents)
        #expect(digest(b, a, contents: contents.reversed()) == reference)
        #expect(digest(a, b, contents: contents.reversed()) != reference)
        let others = [
            Sample(path: "c.png", labels: [1]), Sample(path: "b.png", labels: [2]),
            Sample(path: "b.png", labels: [1], group: "g"), Sample(path: "b.png", labels: [1], part: .train),
            Sample(path: "b.png", labels: [1], fold: 0),
        ]
        let digests = others.map { digest(a, $0, contents: contents) }
        #expect(Set(digests + [reference]).count == 6)
    }

    @Test func `files are digested in the samples' order for any number of threads`() throws {
        let folder = try Scratch()
        for index in 0 ..< 20 { try folder.write("N/\(index).png", "content \(index)") }
        let dataset = try Dataset(contentsOf: folder.path)
        let done = Atomic<Int>(0)
        let one = try dataset.contentDigests(workers: Workers(count: 1))
        let four = try dataset.contentDigests(workers: Workers(count: 4)) { _, total in
            #expect(total == 20)
            done.add(1, ordering: .relaxed)
        }
        #expect(one == (0 ..< 20).map { Digest(of: "content \($0)") })
        #expect(four == one)
        #expect(done.load(ordering: .relaxed) == 20)
    }

    @Test func `a missing file is reported`() throws {
        let gone = Dataset(root: "/nowhere", labelSpace: .aami, samples: [Sample(path: "a.png", labels: [0])])
        #expect(throws: FileError.missing(path: "/nowhere/a.png")) { try gone.contentDigests() }
    }
}
