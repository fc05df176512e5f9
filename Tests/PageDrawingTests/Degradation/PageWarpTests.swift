import LinearAlgebra
import Testing

@testable import PageDrawing

@Suite struct PageWarpTests {
    private func warp(_ change: (inout PageDegradation) -> Void, margin: Double = 0) -> PageWarp {
        var degradation = PageDegradation(seed: 5)
        change(&degradation)
        return PageWarp(width: 2000, height: 1400, degradation, margin: margin)
    }

    @Test func `without rotation, tilt and curl only the margin is added`() {
        let same = warp({ _ in }, margin: 0.01)
        #expect(same.width == 2040 && same.height == 1440)
        let place = same.picture(of: SIMD2(300, 500))
        #expect(abs(place.x - 320) < 1e-6 && abs(place.y - 520) < 1e-6)
    }

    @Test func `a rotation is clockwise and keeps distances`() {
        let turned = warp { $0.rotationDeg = 10 }
        let (left, right) = (turned.picture(of: SIMD2(0, 700)), turned.picture(of: SIMD2(2000, 700)))
        #expect(right.y > left.y)
        let offset = right - left
        #expect(abs((offset * offset).sum().squareRoot() - 2000) < 1e-6)
        // sin 10° · 2000
        #expect(abs(offset.y - 347.296) < 0.001)
    }

    @Test func `the near edge of tilted paper is longer than the far one`() {
        let tilted = warp { $0.tiltDeg = SIMD2(12, 0) }
        func width(at y: Double) -> Double { tilted.picture(of: SIMD2(2000, y)).x - tilted.picture(of: SIMD2(0, y)).x }
        #expect(abs(width(at: 0) / width(at: 1400) - 1) > 0.05)
    }

    @Test func `places come back through the inverse`() {
        let all = warp { degradation in
            (degradation.rotationDeg, degradation.tiltDeg, degradation.curlMm) = (-9, SIMD2(13, -15), 4)
        }
        var random = SeededGenerator(seed: 2)
        for _ in 0 ..< 300 {
            let place = SIMD2(random.uniform(in: 0 ... 2000), random.uniform(in: 0 ... 1400))
            let picture = all.picture(of: place)
            #expect(picture.x > -1 && picture.y > -1 && picture.x < Double(all.width) + 1)
            let back = all.drawing(of: picture) - place
            #expect(abs(back.x) < 1e-3 && abs(back.y) < 1e-3)
        }
    }
}
