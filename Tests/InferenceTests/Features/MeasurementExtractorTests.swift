import Classifiers
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference

@Suite struct MeasurementExtractorTests {
    private let scratch: Scratch
    private let files: [String]

    init() throws {
        scratch = try Scratch()
        try SampleRecordings.write(4, to: scratch("set"))
        let folder = scratch("set/records")
        files = (0 ..< 4).map { "\(folder)/r\($0)" }
    }

    private func extraction(
        of files: [String], names: [String] = MeasurementExtractor.allNames, cache: String? = nil, skip: Bool = false
    ) throws -> FeatureExtractor.Extraction {
        try MeasurementExtractor(names: names, cacheFolder: cache).extract(
            files: files, skipUnreadable: skip, workers: Workers(count: 2), progress: { _, _ in },
            note: { Issue.record("\($0)") })
    }

    private static func same(_ one: Matrix<Float>, _ other: Matrix<Float>) -> Bool {
        one.values.map(\.bitPattern) == other.values.map(\.bitPattern)
    }

    @Test func `features are the chosen measurements in their order`() throws {
        let all = try extraction(of: files)
        #expect(all.features.columns == MeasurementExtractor.allNames.count && all.features.rows == 4)
        let chosen = try extraction(of: files, names: ["qrsDuration", "heartRate"])
        for row in 0 ..< 4 {
            let measured = try MeasuredRecording(contentsOf: files[row])
            #expect(chosen.features[row, 0] == measured.measurements["qrsDuration"].map(Float.init))
            #expect(chosen.features[row, 1] == measured.measurements["heartRate"].map(Float.init))
        }
        #expect(Set(all.pixelDigests).count == 4 && Set(all.fileDigests).count == 4)
    }

    @Test func `the cache gives the same features for any choice of measurements`() throws {
        let cache = scratch("cache")
        let first = try extraction(of: Array(files.prefix(2)), cache: cache)
        #expect(first.cached == 0)
        let second = try extraction(of: files, cache: cache)
        #expect(second.cached == 2)
        #expect(Self.same(second.features, try extraction(of: files).features))
        #expect(second.findings == (try extraction(of: files)).findings)
        #expect(try extraction(of: files, names: ["heartRate"], cache: cache).cached == 4)
        // A changed signal file is another recording.
        let other = try Data(contentsOf: URL(fileURLWithPath: files[1] + ".dat"))
        try other.write(to: URL(fileURLWithPath: files[0] + ".dat"))
        #expect(throws: (any Error).self) { try extraction(of: files, cache: cache) }
    }

    @Test func `a file that cannot be read is skipped if that is allowed`() throws {
        let broken = try scratch.write("broken.hea", "no header")
        let error = #expect(throws: (any Error).self) { try extraction(of: [files[0], broken]) }
        #expect("\(error!)".contains("broken.hea"))
        let kept = try extraction(of: [broken, files[0]], skip: true)
        #expect(kept.readable == [1] && kept.unreadable.map(\.path) == [broken])
    }
}
