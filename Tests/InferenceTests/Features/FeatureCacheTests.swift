import Files
import Foundation
import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference

struct FeatureCacheTests {
    private static let key = Digest(of: "a pair of preprocessing and network")

    private static func entry(_ number: Int, width: Int = 4) -> FeatureCache.Entry {
        FeatureCache.Entry(
            file: Digest(of: "file \(number)"), pixels: Digest(of: "pixels \(number)"),
            features: (0 ..< width).map { Float(number) + Float($0) / 3 },
            trace: TraceStatistics.names.indices.map { Float(number) - Float($0) / 7 })
    }

    @Test func `entries are bit-identical in this run and in the next`() throws {
        let scratch = try Scratch()
        do {
            var cache = try FeatureCache(
                folder: scratch("c"), key: Self.key, width: 4, traces: TraceStatistics.names.count, note: { _ in })
            try cache.append((0 ..< 5).map { Self.entry($0) })
            #expect(cache.count == 5)
            #expect(try cache.entry(for: Digest(of: "file 3"))?.features == Self.entry(3).features)
        }
        let cache = try FeatureCache(
            folder: scratch("c"), key: Self.key, width: 4, traces: TraceStatistics.names.count,
            note: { Issue.record("\($0)") })
        for number in 0 ..< 5 {
            let found = try #require(try cache.entry(for: Digest(of: "file \(number)")))
            #expect(found.features == Self.entry(number).features && found.pixels == Digest(of: "pixels \(number)"))
            #expect(found.trace == Self.entry(number).trace)
        }
        #expect(try cache.entry(for: Digest(of: "file 9")) == nil)
    }

    @Test func `an existing entry is not written twice, nor is a duplicate in one batch`() throws {
        let scratch = try Scratch()
        var cache = try FeatureCache(
            folder: scratch("c"), key: Self.key, width: 4, traces: TraceStatistics.names.count, note: { _ in })
        try cache.append([Self.entry(1), Self.entry(2), Self.entry(1)])
        try cache.append([Self.entry(2), Self.entry(3)])
        #expect(cache.count == 3)
        #expect(try cache.entry(for: Digest(of: "file 3"))?.features == Self.entry(3).features)
    }

    @Test func `every digest is stored exactly`() throws {
        let scratch = try Scratch()
        var cache = try FeatureCache(
            folder: scratch("c"), key: Self.key, width: 1, traces: TraceStatistics.names.count, note: { _ in })
        // The extremes 0 and 65535 of the sixteen-bit halves, and values that are hard for a float.
        let texts = ["0", "f", "8", "7"].map { String(repeating: $0, count: 64) }
        let entries = try texts.enumerated().map { number, text in
            FeatureCache.Entry(
                file: Digest(of: "\(number)"), pixels: try #require(Digest(hexadecimal: text)), features: [.pi],
                trace: TraceStatistics.names.map { _ in .pi })
        }
        try cache.append(entries)
        for entry in entries { #expect(try cache.entry(for: entry.file)?.pixels == entry.pixels) }
    }

    @Test func `other keys and widths have separate files`() throws {
        let scratch = try Scratch()
        var one = try FeatureCache(
            folder: scratch("c"), key: Self.key, width: 4, traces: TraceStatistics.names.count, note: { _ in })
        try one.append([Self.entry(1)])
        let other = try FeatureCache(
            folder: scratch("c"), key: Digest(of: "another"), width: 4, traces: TraceStatistics.names.count,
            note: { _ in })
        #expect(other.count == 0)
        #expect(try scratch.names(in: "c").filter { $0.hasSuffix(".h5") }.count == 2)
    }
}
