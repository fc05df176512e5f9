import Foundation
import LinearAlgebra
import Signals
import TestSupport
import Testing

@Suite struct PWaveDecisionTests {
    private func decision(_ made: MadeRecording) -> (PWaveDecision, Int) {
        let delineation = Delineation(of: made.recording, beats: made.beats)
        return (delineation.clusters[0].pDecision, delineation.beats.count { $0.p != nil })
    }

    @Test func `a small P wave in noise is found by its consistency`() {
        var made = MadeRecording()
        made.p?.height = 0.05
        made.noise = 0.015
        let (decision, count) = decision(made)
        #expect(decision.isPresent && decision.ground == .consistent)
        #expect(count >= made.rTimes.count - 2)
    }

    /// A T wave ten times as high ends 40 ms and more before the P wave.
    @Test(arguments: [0.6, 0.64, 0.68, 0.72], [0.3, 1])
    func `the end of a high T wave is no P wave`(interval: Double, height: Double) {
        var made = MadeRecording()
        made.rTimes = (0 ..< 13).map { 0.6 + interval * Double($0) }
        made.p?.height = 0.1
        made.t = .init(onset: 0.14, end: 0.36, height: height)
        made.noise = 0.005
        let measurements = Measurements(of: made.recording, beats: made.beats)
        #expect(abs((measurements.prInterval.value ?? 0) - 160) < 15)
    }

    /// A rhythm strip of twelve beats and other leads of three beats that contradict it: by lead I and aVF alone, P points
    /// to 107°, with each lead weighted by its beats to 95.5°.
    @Test func `leads of a page count as much as they show beats`() throws {
        var made = MadeRecording()
        made.leads = [.init(name: "I", p: -0.25), .init(name: "II"), .init(name: "aVF", p: 0.7)]
        let whole = made.recording
        let columns = ["I": 0 ..< 1250, "aVF": 1250 ..< 2500]
        let page = Recording(
            samplingRate: 500,
            leads: whole.leads.map { lead in
                let samples = lead.samples.enumerated().map { columns[lead.name]?.contains($0) ?? true ? $1 : .nan }
                return Recording.Lead(name: lead.name, samples: samples)
            })
        let axis = { Measurements(of: $0, beats: made.beats).pAxis.value }
        #expect(abs(try #require(axis(whole)) - 107) < 3)
        #expect(abs(try #require(axis(page)) - 95.5) < 4)
    }

    @Test(arguments: [0.0, 0.004, 0.02])
    func `noise alone is no P wave`(noise: Double) {
        var made = MadeRecording()
        made.p = nil
        made.noise = noise
        let (decision, count) = decision(made)
        #expect(!decision.isPresent)
        #expect(count == 0)
    }

    /// Waves of 6.2 per second, of changing height, and irregular intervals.
    @Test func `fibrillation waves are no P waves`() {
        var made = MadeRecording()
        made.p = nil
        made.rTimes = [0.5, 1.12, 2.03, 2.6, 3.51, 4.02, 4.9, 5.35, 6.21, 6.93, 7.74, 8.5, 9.31]
        made.background = { 0.08 * sin(2 * .pi * 6.2 * $0) * (1 + 0.4 * sin(2 * .pi * 0.7 * $0)) }
        let (decision, count) = decision(made)
        #expect(decision.ground == .inconsistent)
        #expect((decision.consistency ?? 9) < 0.5)
        #expect(count == 0)
    }

    /// 300 waves per minute, every second one conducted.
    @Test func `flutter waves with a fixed conduction are no P waves`() {
        var made = MadeRecording()
        made.p = nil
        made.t = nil
        made.rTimes = (0 ..< 23).map { 0.5 + 0.4 * Double($0) }
        made.background = { 0.2 * sin(2 * .pi * 5 * ($0 - 0.42)) }
        let (decision, count) = decision(made)
        #expect(decision.ground == .flutterWaves)
        #expect(count == 0)
    }

    @Test func `a beat whose P wave is missing has none`() {
        let made = MadeRecording()
        var without = made
        without.p = nil
        let (whole, other) = (made.recording.leads[0].samples, without.recording.leads[0].samples)
        let r = Int(made.rTimes[5] * 500)
        let samples = whole.indices.map { (r - 150 ..< r - 40).contains($0) ? other[$0] : whole[$0] }
        let delineation = Delineation(
            of: Recording(samplingRate: 500, leads: [.init(name: "II", samples: samples)]), beats: made.beats)
        #expect(delineation.beats.indices.filter { delineation.beats[$0].p == nil } == [5])
    }

    @Test func `a P wave follows a PR interval that changes`() {
        let made = MadeRecording()
        var later = made
        later.p = .init(onset: -0.23, end: -0.13, height: 0.15)
        let (whole, other) = (made.recording.leads[0].samples, later.recording.leads[0].samples)
        let r = Int(made.rTimes[5] * 500)
        let samples = whole.indices.map { (r - 150 ..< r - 22).contains($0) ? other[$0] : whole[$0] }
        let delineation = Delineation(
            of: Recording(samplingRate: 500, leads: [.init(name: "II", samples: samples)]), beats: made.beats)
        let intervals = delineation.beats.map { $0.qrs!.onset - $0.p!.onset }
        #expect(abs(intervals[5] - intervals[4] - 0.03) < 0.008)
        #expect(abs(intervals[6] - intervals[4]) < 0.008)
    }
}
