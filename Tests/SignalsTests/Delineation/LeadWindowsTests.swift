import Foundation
import LinearAlgebra
import Testing

@testable import Signals

@Suite struct LeadWindowsTests {
    /// Two leads of noise, with gaps in the second one.
    private var windows: LeadWindows {
        var generator = SeededGenerator(seed: 1, purpose: "lead windows")
        var windows = LeadWindows(leadCount: 2)
        for index in windows.values.indices { windows.values[index] = Float(generator.normal()) }
        for point in Array(0 ..< 30) + [100, 101, 300] { windows[1, point] = .nan }
        return windows
    }

    @Test func `smoothing is the weighted mean of what is there`() {
        let (windows, half) = (self.windows, 7)
        let smooth = windows.smoothed(half: half)
        for lead in 0 ..< 2 {
            for point in 0 ..< BeatGrid.count {
                var (sum, weights) = (0.0, 0.0)
                for other in max(0, point - half) ... min(BeatGrid.count - 1, point + half) {
                    let weight = 0.5 + 0.5 * cos(.pi * Double(other - point) / Double(half))
                    let value = windows[lead, other]
                    if !value.isNaN { (sum, weights) = (sum + weight * Double(value), weights + weight) }
                }
                if windows[lead, point].isNaN {
                    #expect(smooth[lead, point].isNaN)
                } else {
                    // Float sums of 13 products.
                    #expect(abs(Double(smooth[lead, point]) - sum / weights) < 1e-5)
                }
            }
        }
    }

    @Test func `smoothing of a range is that of the whole`() {
        let whole = windows.smoothed(half: 5)
        let part = windows.smoothed(half: 5, range: 90 ..< 200)
        for lead in 0 ..< 2 {
            for point in 0 ..< BeatGrid.count {
                let (found, expected) = (part[lead, point], whole[lead, point])
                if (90 ..< 200).contains(point) {
                    #expect(found == expected || (found.isNaN && expected.isNaN))
                } else {
                    #expect(found.isNaN)
                }
            }
        }
    }

    @Test func `the activity of a ramp is its slope, over the leads that are there`() {
        var ramps = LeadWindows(leadCount: 2)
        for point in 0 ..< BeatGrid.count {
            // 3 and 4 mV/s.
            ramps[0, point] = 3 * Float(point) / 500
            ramps[1, point] = point < 300 ? -4 * Float(point) / 500 : .nan
        }
        let activity = ramps.activity(of: 0 ..< 2)
        #expect(abs(activity[200] - Float(12.5).squareRoot()) < 1e-3)
        #expect(abs(activity[400] - 3) < 1e-3)
        #expect(activity[0] == 0)
    }

    @Test func `the mean leaves gaps out`() {
        var windows = LeadWindows(leadCount: 1)
        windows[0, 10] = 1
        windows[0, 12] = 4
        #expect(windows.mean(of: 0, over: 9 ..< 14) == 2.5)
        #expect(windows.mean(of: 0, over: 20 ..< 30).isNaN)
        #expect(windows.mean(of: 0, over: -5 ..< 11) == 1)
    }
}
