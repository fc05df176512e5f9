import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra
import NeuralNetwork
import Synchronization
import TestSupport
import Testing

@testable import Inference

struct FeatureExtractorTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static func extractor(
        cache: String?, preprocessing: Preprocessing = Preprocessing(size: 32),
        network: MobileNetV2Weights = SampleModels.network
    ) -> FeatureExtractor {
        FeatureExtractor(
            preprocessing: preprocessing, network: MobileNetV2(network, inputSize: preprocessing.size),
            cacheFolder: cache)
    }

    @Test func `features do not depend on workers, order or batch`() throws {
        let files = try SamplePictures.write(20, to: scratch)
        let extractor = Self.extractor(cache: nil)
        let together = try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 4)) { _, _ in
        }
        let inOne = try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 1)) { _, _ in }
        #expect(together.features == inOne.features && together.pixelDigests == inOne.pixelDigests)
        let reversed = try extractor.extract(
            files: files.reversed(), skipUnreadable: false, workers: Workers(count: 2)
        ) { _, _ in }
        #expect(reversed.features.selecting(rows: Array((0 ..< 20).reversed())) == together.features)
        for row in [0, 7, 19] {
            let page = try Page(contentsOf: files[row])
            let image = try extractor.preprocessing.apply(to: page, name: "")
            #expect(extractor.network.features(of: [image]).row(0) == together.features.row(row))
            #expect(together.pixelDigests[row] == page.pixelDigest)
            #expect(together.fileDigests[row] == (try Digest(ofFile: files[row])))
        }
        #expect(together.cached == 0 && together.unreadable.isEmpty && together.readable == Array(0 ..< 20))
    }

    @Test func `cached features are reused bit-identically, and new ones are added`() throws {
        let files = try SamplePictures.write(9, to: scratch)
        let extractor = Self.extractor(cache: scratch("cache"))
        let first = try extractor.extract(
            files: Array(files[..<6]), skipUnreadable: false, workers: Workers(count: 2)
        ) { _, _ in }
        #expect(first.cached == 0)
        let all = try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 2)) { _, _ in }
        #expect(all.cached == 6)
        let plain = try Self.extractor(cache: nil).extract(
            files: files, skipUnreadable: false, workers: Workers(count: 2)
        ) { _, _ in }
        #expect(all.features == plain.features && all.pixelDigests == plain.pixelDigests)
    }

    @Test func `the key is the content: a renamed file is found, a changed one is not`() throws {
        let files = try SamplePictures.write(2, to: scratch)
        let extractor = Self.extractor(cache: scratch("cache"))
        _ = try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 1)) { _, _ in }
        let renamed = try scratch.write("other/name.jpg", SamplePictures.png(0))
        try scratch.write("pictures/1.png", SamplePictures.png(40))
        let again = try extractor.extract(
            files: [renamed, files[1]], skipUnreadable: false, workers: Workers(count: 1)
        ) { _, _ in }
        #expect(again.cached == 1)
    }

    @Test func `an interrupted extraction resumes where it stopped`() throws {
        // One chunk of pictures, then one that cannot be read: the first chunk is cached.
        let count = FeatureExtractor.chunk
        var files = try SamplePictures.write(count, to: scratch)
        files.append(try scratch.write("pictures/broken.png", Data("not a picture".utf8)))
        let extractor = Self.extractor(cache: scratch("cache"))
        #expect(throws: ImageError.self) {
            try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 2)) { _, _ in }
        }
        try scratch.write("pictures/broken.png", SamplePictures.png(count))
        let again = try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 2)) { _, _ in }
        #expect(again.cached == count && again.readable.count == count + 1)
    }

    @Test func `other preprocessing and other weights share no entries`() throws {
        let files = try SamplePictures.write(2, to: scratch)
        let others = [
            Self.extractor(cache: scratch("cache")),
            Self.extractor(cache: scratch("cache"), preprocessing: Preprocessing(ink: .asDrawn, size: 32)),
            Self.extractor(cache: scratch("cache"), preprocessing: Preprocessing(crop: 0.1, size: 32)),
            Self.extractor(cache: scratch("cache"), preprocessing: Preprocessing(size: 64)),
            Self.extractor(cache: scratch("cache"), network: .random(alpha: 0.05, seed: 2)),
        ]
        for extractor in others {
            let made = try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 1)) { _, _ in
            }
            #expect(made.cached == 0)
        }
        #expect(Set(others.map(\.digest)).count == others.count)
        #expect(Set(others.map(\.label)).count == others.count)
    }

    @Test func `the first unreadable file is thrown, or listed with its reason`() throws {
        var files = try SamplePictures.write(4, to: scratch)
        files[1] = try scratch.write("pictures/text.png", "hello")
        files[2] = try scratch.write("pictures/blank.png", SamplePictures.blank())
        let extractor = Self.extractor(cache: nil)
        #expect {
            try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 2)) { _, _ in }
        } throws: { "\($0)".contains("text.png") }
        let rest = try extractor.extract(
            files: files + [scratch("pictures/none.png")], skipUnreadable: true, workers: Workers(count: 2)
        ) { _, _ in }
        #expect(rest.readable == [0, 3])
        #expect(rest.unreadable.map(\.path) == [files[1], files[2], scratch("pictures/none.png")])
        #expect(rest.unreadable.allSatisfy { $0.reason.contains($0.path) })
        #expect(rest.unreadable[1].reason.contains("blank") && rest.unreadable[2].reason.contains("no such file"))
    }

    @Test func `a damaged cache is renamed with a message, and its features are computed again`() throws {
        let files = try SamplePictures.write(3, to: scratch)
        let extractor = Self.extractor(cache: scratch("cache"))
        _ = try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 1)) { _, _ in }
        let name = try #require(try scratch.names(in: "cache").first { $0.hasSuffix(".h5") })
        try scratch.write("cache/\(name)", Data("rubbish".utf8))
        var notes: [String] = []
        let again = try extractor.extract(
            files: files, skipUnreadable: false, workers: Workers(count: 1), progress: { _, _ in },
            note: { notes.append($0) })
        #expect(again.cached == 0 && notes.count == 1)
        #expect(notes[0].contains(name) && notes[0].contains("damaged-1"))
        #expect(try scratch.names(in: "cache").contains { $0.contains("damaged-1") })
        let third = try extractor.extract(files: files, skipUnreadable: false, workers: Workers(count: 1)) { _, _ in }
        #expect(third.cached == 3)
    }

    @Test func `a cache that another run has open is skipped with a message`() throws {
        let files = try SamplePictures.write(2, to: scratch)
        let extractor = Self.extractor(cache: scratch("cache"))
        let other = try FeatureCache(
            folder: scratch("cache"), key: extractor.digest, width: extractor.network.featureCount,
            traces: TraceStatistics.names.count, note: { _ in })
        var notes: [String] = []
        let made = try extractor.extract(
            files: files, skipUnreadable: false, workers: Workers(count: 1), progress: { _, _ in },
            note: { notes.append($0) })
        #expect(made.readable == [0, 1] && made.cached == 0)
        #expect(notes.count == 1 && notes[0].contains("without the feature cache"))
        #expect(other.count == 0)
    }

    @Test func `a cache folder that cannot be created is an error with its path`() throws {
        let files = try SamplePictures.write(1, to: scratch)
        let blocked = try scratch.write("file", "in the way") + "/cache"
        #expect {
            try Self.extractor(cache: blocked).extract(
                files: files, skipUnreadable: false, workers: Workers(count: 1)
            ) { _, _ in }
        } throws: { "\($0)".contains(blocked) }
    }

    @Test func `no files give no features`() throws {
        let none = try Self.extractor(cache: nil).extract(
            files: [], skipUnreadable: false, workers: Workers(count: 2)
        ) { _, _ in }
        #expect(none.features.rows == 0 && none.features.columns == SampleModels.network.featureCount)
    }

    @Test func `progress starts at zero and ends at the total`() throws {
        let files = try SamplePictures.write(20, to: scratch)
        let told = Told()
        _ = try Self.extractor(cache: nil).extract(files: files, skipUnreadable: false, workers: Workers(count: 3)) {
            told.add($0, of: $1)
        }
        #expect(told.steps.first == 0 && told.steps.max() == 20 && told.totals == [20])
    }
}

/// Collects the calls of a progress closure from any thread.
final class Told: Sendable {
    private let state = Mutex<(steps: [Int], totals: Set<Int>)>(([], []))

    func add(_ done: Int, of total: Int) {
        state.withLock {
            $0.steps.append(done)
            $0.totals.insert(total)
        }
    }

    var steps: [Int] { state.withLock { $0.steps } }
    var totals: Set<Int> { state.withLock { $0.totals } }
}
