import LinearAlgebra
import Testing

@testable import PageDrawing

@Suite struct PageDegradationTests {
    @Test func `random degradations have two to five kinds within their ranges, and every kind is frequent`() throws {
        let all = try (0 ..< 600).map { try #require(PageDegradation.drawn(.random, seed: UInt64($0))) }
        for one in all {
            #expect((2 ... 5).contains(one.kinds.count), "\(one.kinds)")
            #expect(abs(one.rotationDeg) <= 10 && one.tiltDeg.max() <= 15.0001 && one.tiltDeg.min() >= -15.0001)
            #expect((120 ... 300).contains(one.dpi) && one.blurPx <= 2)
            #expect(one.jpegQuality.map { (30 ... 95).contains($0) } ?? true)
            #expect(one.shadow == 0 || (0.4 ... 0.65).contains(one.shadow))
            #expect(one.copyThreshold == nil || (one.shadow == 0 && one.tiltDeg == .zero))
        }
        for kind in PageDegradation.Kind.allCases {
            #expect(all.count { $0.kinds.contains(kind) } >= 60, "\(kind)")
        }
    }

    @Test func `heavy ones are stronger than light ones, and none is none`() throws {
        let light = try (0 ..< 200).map { try #require(PageDegradation.drawn(.light, seed: UInt64($0))) }
        let heavy = try (0 ..< 200).map { try #require(PageDegradation.drawn(.heavy, seed: UInt64($0))) }
        #expect(light.allSatisfy { (2 ... 3).contains($0.kinds.count) })
        #expect(heavy.allSatisfy { (4 ... 6).contains($0.kinds.count) })
        #expect(light.map { abs($0.rotationDeg) }.max()! < heavy.map { abs($0.rotationDeg) }.filter { $0 > 0 }.min()!)
        #expect(PageDegradation.drawn(.none, seed: 1) == nil)
    }

    @Test func `the same seed gives the same degradation`() {
        #expect(PageDegradation.drawn(.random, seed: 9) == PageDegradation.drawn(.random, seed: 9))
        #expect(PageDegradation.drawn(.random, seed: 9) != PageDegradation.drawn(.random, seed: 10))
    }
}
