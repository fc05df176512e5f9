import Foundation
import Testing

@testable import Signals

@Suite struct PWaveEvidenceFilterTests {
    private func windows(_ value: (Int) -> Float) -> LeadWindows {
        var windows = LeadWindows(leadCount: 1)
        for point in 0 ..< BeatGrid.count { windows[0, point] = value(point) }
        return windows
    }

    @Test func `a slope has no deflection`() {
        let bumps = PWaveFilter.bumps(of: windows { 0.01 * Float($0) - 1 }, onset: 250)
        for point in 60 ..< 180 { #expect(abs(bumps[0, point]) < 1e-4) }
    }

    @Test func `the QRS complex makes none`() {
        let plain = PWaveFilter.bumps(of: windows { _ in 0.2 }, onset: 250)
        let complex = PWaveFilter.bumps(of: windows { $0 >= 249 ? 3 : 0.2 }, onset: 250)
        for point in 40 ..< 270 { #expect(abs(plain[0, point] - complex[0, point]) < 1e-5) }
    }

    @Test func `a wave of 100 ms keeps most of its height and its place`() {
        let bumps = PWaveFilter.bumps(
            of: windows { (150 ... 200).contains($0) ? 0.1 * (1 - cos(2 * .pi * Float($0 - 150) / 50)) / 2 : 0 },
            onset: 250)
        let top = (40 ..< 250).max { bumps[0, $0] < bumps[0, $1] }
        #expect(top == 175)
        #expect(bumps[0, 175] > 0.06 && bumps[0, 175] < 0.1)
    }

    @Test func `a wave stands out on both sides, the end of a T wave on one`() {
        let wave = PWaveFilter.smooth(
            windows { (150 ... 200).contains($0) ? 0.1 * (1 - cos(2 * .pi * Float($0 - 150) / 50)) / 2 : 0 },
            onset: 250)
        let bump = PWaveFilter.bumps(ofSmooth: wave, onset: 250)[0, 175]
        #expect(abs(PWaveFilter.product(of: wave, lead: 0, at: 175) - bump * bump) < 1e-5)
        let slope = PWaveFilter.smooth(windows { max(0, 0.4 - 0.01 * Float(max(0, $0 - 130))) }, onset: 250)
        let end = PWaveFilter.bumps(ofSmooth: slope, onset: 250)
        let place = (60 ..< 220).min { end[0, $0] < end[0, $1] }!
        #expect(abs(place - 170) <= 2 && end[0, place] < -0.1)
        #expect(PWaveFilter.product(of: slope, lead: 0, at: place) < 0.15 * end[0, place] * end[0, place])
    }
}
