import Foundation
import LinearAlgebra
import Testing

@testable import Signals

@Suite struct SyntheticTwelveLeadsTests {
    private func recording(
        _ condition: SyntheticTwelveLeads.Condition, seed: UInt64
    ) -> (patient: SyntheticTwelveLeads, recording: Recording) {
        var random = SeededGenerator(seed: seed)
        let patient = SyntheticTwelveLeads(condition, using: &random)
        return (patient, patient.recording(seconds: 10, samplingRate: 500, using: &random))
    }

    @Test func `the limb leads obey Einthoven and Goldberger`() throws {
        let made = recording(.ventricularPrematureBeats, seed: 1).recording
        #expect(made.leads.map(\.name) == SyntheticTwelveLeads.leadNames && made.sampleCount == 5000)
        let leads = made.leads.map(\.samples)
        for index in 0 ..< 5000 {
            #expect(abs(leads[0][index] + leads[2][index] - leads[1][index]) < 1e-5)
            #expect(abs(leads[3][index] + leads[4][index] + leads[5][index]) < 1e-5)
        }
    }

    @Test(arguments: UInt64(0) ..< 6) func `a sinus rhythm has the rate of its tachogram`(seed: UInt64) throws {
        let (patient, made) = recording(.normal, seed: seed)
        let beats = BeatDetector().beats(in: made)
        let measurements = Measurements(of: made, beats: beats)
        let rate = try #require(measurements.heartRate.value)
        #expect(abs(rate - 60 / patient.meanRR) < 4, "\(rate) of \(60 / patient.meanRR)")
        #expect(beats.beats.allSatisfy { $0.beatClass == .normal })
        let qrs = try #require(measurements.qrsDuration.value)
        #expect((60 ... 118).contains(qrs), "QRS \(qrs) ms")
    }

    @Test func `premature beats are wide, early and found as ventricular`() {
        let made = recording(.ventricularPrematureBeats, seed: 4).recording
        let beats = BeatDetector().beats(in: made).beats
        let ventricular = beats.indices.filter { beats[$0].beatClass == .ventricular }
        #expect(!ventricular.isEmpty && ventricular.count < beats.count / 2)
    }

    @Test func `fibrillation is irregular and has no P waves`() {
        let made = recording(.atrialFibrillation, seed: 3).recording
        let beats = BeatDetector().beats(in: made)
        let intervals = beats.rrIntervals
        let mean = intervals.reduce(0, +) / Double(intervals.count)
        let deviation = intervals.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(intervals.count)
        #expect(deviation.squareRoot() / mean > 0.1)
        let waves = Delineation(of: made, beats: beats).beats
        #expect(waves.count { $0.p != nil } <= waves.count / 4)
    }

    @Test func `infarction raises ST, hypertrophy raises voltages`() throws {
        func highest(_ condition: SyntheticTwelveLeads.Condition, _ seed: UInt64) -> (st: Double, sokolow: Double) {
            let made = recording(condition, seed: seed).recording
            let measured = Measurements(of: made, beats: BeatDetector().beats(in: made))
            return (
                measured.leads.compactMap(\.stJ60.value).max() ?? 0, measured.hypertrophy.sokolowLyon.value ?? 0
            )
        }
        for seed in UInt64(10) ..< 14 {
            #expect(highest(.infarction, seed).st > highest(.normal, seed).st + 0.04)
            #expect(highest(.hypertrophy, seed).sokolow > 1.3 * highest(.normal, seed).sokolow)
        }
    }

    @Test func `the same seed gives the same recording`() {
        #expect(recording(.infarction, seed: 8).recording == recording(.infarction, seed: 8).recording)
        #expect(recording(.infarction, seed: 8).recording != recording(.infarction, seed: 9).recording)
    }
}
