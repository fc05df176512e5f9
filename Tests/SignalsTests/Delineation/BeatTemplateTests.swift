import Foundation
import LinearAlgebra
import Testing

@testable import Signals

@Suite struct BeatTemplateTests {
    /// A triangle of 60 ms around a point, with noise.
    private func beat(at point: Int, seed: UInt64) -> LeadWindows {
        var generator = SeededGenerator(seed: seed, purpose: "template")
        var windows = LeadWindows(leadCount: 2)
        for place in 0 ..< BeatGrid.count {
            let height = max(0, 1 - abs(Float(place - point)) / 15)
            windows[0, place] = height + 0.01 * Float(generator.normal())
            windows[1, place] = -0.5 * height + 0.01 * Float(generator.normal())
        }
        return windows
    }

    @Test func `beats are aligned, and the median is taken point by point`() {
        let shifts = [0, 4, -6, 9, 0, -3, 2]
        let beats = shifts.enumerated().map { beat(at: BeatGrid.before + $1, seed: UInt64($0)) }
        let template = BeatTemplate(members: Array(beats.indices), leadCount: 2) { $1 = beats[$0] }
        let first = template.lags[0] - shifts[0]
        for (lag, shift) in zip(template.lags, shifts) { #expect(abs(lag - shift - first) <= 1) }
        for lead in 0 ..< 2 {
            for point in 20 ..< BeatGrid.count - 20 {
                let values = zip(beats, template.lags).map { $0[lead, point + $1] }.sorted()
                #expect(template.windows[lead, point] == values[3])
            }
        }
    }

    @Test func `a point that few beats have is the median of those`() {
        var beats = (0 ..< 5).map { beat(at: BeatGrid.before, seed: UInt64($0)) }
        for number in 0 ..< 5 { for point in 500 ..< BeatGrid.count { beats[number][0, point] = .nan } }
        for (number, value) in zip([1, 3], [Float(1), 2]) { beats[number][0, 600] = value }
        let template = BeatTemplate(members: [0, 1, 2, 3, 4], leadCount: 2) { $1 = beats[$0] }
        if Set(template.lags) == [0] {
            #expect(template.windows[0, 600] == 1.5 && template.count(of: 0, at: 600) == 2)
        }
        #expect(template.windows[0, 550].isNaN && template.count(of: 0, at: 550) == 0)
        #expect(template.windows[1, 550].isFinite && template.count(of: 1, at: 550) == 5)
    }

    @Test func `a large cluster is sampled evenly`() {
        let template = BeatTemplate(members: Array(0 ..< 1000), leadCount: 1) { _, _ in }
        #expect(template.members == (0 ..< 40).map { 25 * $0 })
    }
}
