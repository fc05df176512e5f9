import Classifiers
import Files
import Foundation
import LinearAlgebra
import NeuralNetwork
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
        of files: [String], names: [String] = MeasurementExtractor.allNames, network: MobileNetV2? = nil,
        cache: String? = nil, skip: Bool = false, workers: Int = 2
    ) throws -> FeatureExtractor.Extraction {
        try MeasurementExtractor(names: names, network: network, cacheFolder: cache).extract(
            files: files, skipUnreadable: skip, workers: Workers(count: workers), progress: { _, _ in },
            note: { Issue.record("\($0)") })
    }

    private static func same(_ one: Matrix<Float>, _ other: Matrix<Float>) -> Bool {
        one.values.map(\.bitPattern) == other.values.map(\.bitPattern)
    }

    /// The columns of a matrix from `start` on.
    private static func columns(_ matrix: Matrix<Float>, from start: Int) -> Matrix<Float> {
        Matrix((0 ..< matrix.rows).map { Array(matrix.row($0).dropFirst(start)) })
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

    @Test func `the features of a network on the drawing follow the measurements`() throws {
        let network = MobileNetV2(SampleModels.network)
        let names = ["qrsDuration", "heartRate"]
        let cache = scratch("cache")
        let found = try extraction(of: files, names: names, network: network, cache: cache)
        let measured = try files.map { try MeasuredRecording(contentsOf: $0) }
        let drawings = try measured.map { try #require(UsualBeatsDrawing.picture(of: $0.measurements.usualBeats)) }
        let expected = network.features(of: drawings)
        #expect(Self.same(Self.columns(found.features, from: 2), expected))
        let named = try extraction(of: files, names: names).features
        for name in 0 ..< 2 { #expect(found.features.column(name) == named.column(name)) }
        let alone = try extraction(of: files, names: [], network: network, cache: cache)
        #expect(alone.cached == 4 && Self.same(alone.features, expected))
        for workers in [1, 3] {
            #expect(
                Self.same(try extraction(of: files, names: [], network: network, workers: workers).features, expected))
        }
        // Another network has a cache of its own.
        let other = MobileNetV2(.random(alpha: 0.05, seed: 2))
        let others = try extraction(of: files, names: [], network: other, cache: cache)
        #expect(others.cached == 0 && !Self.same(others.features, expected))
        let extractor = MeasurementExtractor(names: [], network: network, cacheFolder: nil)
        #expect(Self.same(try extractor.features(of: measured, workers: Workers(count: 2)), expected))
        #expect(extractor.label == "measurements 3: none, drawing 1, network \(SampleModels.network.digest)")
    }

    @Test func `without a usual beat the features of the network are missing`() throws {
        let silence = [Float](repeating: 0, count: 999)
        let flat = MeasuredRecording(
            .init(samplingRate: 100, leads: ["I", "II"].map { .init(name: $0, samples: silence) }))
        let network = MobileNetV2(SampleModels.network)
        let extractor = MeasurementExtractor(names: ["heartRate"], network: network, cacheFolder: nil)
        let row = try extractor.features(of: [flat])
        #expect(row.columns == 1 + network.featureCount && row.values.allSatisfy { $0.isNaN })
    }

    @Test func `a file that cannot be read is skipped if that is allowed`() throws {
        let broken = try scratch.write("broken.hea", "no header")
        let error = #expect(throws: (any Error).self) { try extraction(of: [files[0], broken]) }
        #expect("\(error!)".contains("broken.hea"))
        let kept = try extraction(of: [broken, files[0]], skip: true)
        #expect(kept.readable == [1] && kept.unreadable.map(\.path) == [broken])
    }
}
