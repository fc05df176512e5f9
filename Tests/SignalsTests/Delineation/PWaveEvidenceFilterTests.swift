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
}
