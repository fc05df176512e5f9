import Classifiers
import Datasets
import DiagnosticFeatures
import Foundation
import LinearAlgebra
import Signals
import TestSupport
import Testing

@testable import Inference

@Suite struct BeatExtractorTests {
    private let scratch: Scratch
    private let dataset: Dataset

    init() throws {
        scratch = try Scratch()
        dataset = try Dataset(beatsOf: SampleBeats.write(["a", "b"], to: scratch("set")))
    }

    private func extraction(
        of files: [String], names: [String] = BeatExtractor.allNames, cache: String? = nil, skip: Bool = false
    ) throws -> FeatureExtractor.Extraction {
        try BeatExtractor(names: names, cacheFolder: cache).extract(
            files: files, skipUnreadable: skip, workers: Workers(count: 2), progress: { _, _ in },
            note: { Issue.record("\($0)") })
    }

    private var files: [String] { dataset.samples.map { dataset.path(of: $0) } }

    private static func same(_ one: Matrix<Float>, _ other: Matrix<Float>) -> Bool {
        one.values.map(\.bitPattern) == other.values.map(\.bitPattern)
    }

    @Test func `features are the chosen ones of all beats of the record`() throws {
        let names = ["qrsCorrelation", "rrUsual"]
        let found = try extraction(of: files, names: names)
        #expect(found.features.rows == files.count && found.readable == Array(files.indices))
        let annotated = try #require(try AnnotatedBeats(of: scratch("set/a")))
        let recording = try WFDBRecord(scratch("set/a")).recording
        let beats = BeatDetector().beats(at: annotated.samples, in: recording)
        let values = BeatFeatures(of: recording, beats: beats).values
        for beat in annotated.samples.indices {
            for (column, name) in names.enumerated() {
                let place = try #require(BeatExtractor.allNames.firstIndex(of: name))
                #expect(found.features[beat, column] == Float(values[beat, place]))
            }
        }
        #expect(Set(found.pixelDigests).count == files.count && Set(found.fileDigests).count == files.count)
        // A beat alone has the features that it has among the others.
        let alone = try extraction(of: [files[7]], names: names)
        #expect(Self.same(alone.features, found.features.selecting(rows: [7])))
    }

    @Test func `the cache gives the same features, and other annotations are measured again`() throws {
        let cache = scratch("cache")
        let first = try extraction(of: files, cache: cache)
        #expect(first.cached == 0)
        let second = try extraction(of: files, cache: cache)
        #expect(second.cached == files.count && Self.same(first.features, second.features))
        #expect(second.pixelDigests == first.pixelDigests && second.fileDigests == first.fileDigests)
        let beats = try WFDBAnnotations(contentsOf: scratch("set/a.atr"))
        try WFDBAnnotations(Array(beats.annotations.dropLast()), timeResolution: 125).write(to: scratch("set/a.atr"))
        let fewer = try Dataset(beatsOf: scratch("set"))
        let third = try extraction(of: fewer.samples.map { fewer.path(of: $0) }, cache: cache)
        #expect(third.cached == fewer.samples.count { $0.group == "b" })
    }

    @Test func `beats that are not there are errors, or are skipped`() throws {
        let absent = scratch("set/a#3")
        #expect(throws: BeatError.noBeat(record: scratch("set/a"), sample: 3)) { try extraction(of: [absent]) }
        let kept = try extraction(of: [scratch("set/c#1"), files[0]], skip: true)
        #expect(kept.readable == [1] && kept.unreadable.map(\.path) == [scratch("set/c#1")])
        try WFDBAnnotations([WFDBAnnotation(sample: 999_999, code: 1)]).write(to: scratch("set/a.atr"))
        let error = #expect(throws: BeatError.self) { try extraction(of: [scratch("set/a#999999")]) }
        #expect(error?.description.contains("has 7500 samples") == true)
    }
}
