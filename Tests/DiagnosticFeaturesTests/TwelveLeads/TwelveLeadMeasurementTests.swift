import Foundation
import Signals
import TestSupport
import Testing

@testable import DiagnosticFeatures

@Suite struct TwelveLeadMeasurementTests {
    private func measured(_ recording: Recording) -> TwelveLeadMeasurements {
        TwelveLeadMeasurements(of: recording, beats: BeatDetector().beats(in: recording))
    }

    @Test func `each measurement has a name and a formula of its own`() {
        let table = TwelveLeadMeasurement.table
        #expect(Set(table.map(\.name)).count == table.count)
        #expect(Set(table.map(\.formula)).count == table.count)
        #expect(Set(table.flatMap(\.leads)).isSubset(of: TwelveLeadBeat.names))
    }

    /// The low-pass filter takes about a tenth off the peak of a triangle of 60 ms.
    @Test func `voltages are those that were drawn`() throws {
        let values = measured(DrawnHeart.recording(times: DrawnHeart.regularTimes()))
        let heart = DrawnHeart.usual
        func expect(_ name: String, _ expected: Double) throws {
            let found = try #require(values[name])
            #expect(abs(found - expected) < 0.03 + 0.15 * abs(expected), "\(name): \(found), drawn \(expected)")
        }
        try expect("sokolowLyon", heart["V1"]!.s + heart["V5"]!.r)
        try expect("cornell", heart["aVL"]!.r + heart["V3"]!.s)
        try expect("raVL", heart["aVL"]!.r)
        try expect("peguero", heart["V2"]!.s + heart["V4"]!.s)
        try expect("rV3", heart["V3"]!.r)
        try expect("tV5", heart["V5"]!.t)
        try expect("tV1", heart["V1"]!.t)
        try expect("pII", 0.15)
        try expect("stV2", 0)
        #expect(values["transition"] == 3)
        #expect(values["tNegativeLeads"] == 0)
    }

    @Test func `intervals and rhythm are those that were drawn`() throws {
        let values = measured(DrawnHeart.recording(times: DrawnHeart.regularTimes()))
        #expect(abs(try #require(values["heartRate"]) - 75) < 0.5)
        #expect(abs(try #require(values["prInterval"]) - 190) < 30)
        #expect(abs(try #require(values["qrsDuration"]) - 100) < 25)
        #expect(try #require(values["rrVariation"]) < 0.01)
        #expect(values["unusualShare"] == 0)
        #expect(values["pWavePresent"] == 1)
        #expect(values["earlyUnusualShare"] == 0)
        #expect(values["pacedShare"] == 0)
    }

    @Test func `an early wide beat is counted as unusual and early`() throws {
        var times = DrawnHeart.regularTimes()
        times[6] -= 0.25
        let values = measured(DrawnHeart.recording(times: times, ventricular: [6]))
        let share = 1 / Double(times.count)
        #expect(abs(try #require(values["unusualShare"]) - share) < 1e-9)
        #expect(abs(try #require(values["earlyUnusualShare"]) - share) < 1e-9)
        #expect(abs(try #require(values["earliestUnusual"]) - 0.55 / 0.8) < 0.06)
        #expect(abs(try #require(values["longestPause"]) - 1.05 / 0.8) < 0.06)
        #expect(try #require(values["leastCorrelation"]) < 0)
    }

    @Test func `a page has the measurements of the recording that it shows`() throws {
        let recording = DrawnHeart.recording(times: DrawnHeart.regularTimes())
        let page = Recording(
            samplingRate: 500,
            leads: recording.leads.enumerated().map { number, lead in
                guard lead.name != "II" else { return lead }
                let column = 1250 * (number / 3) ..< 1250 * (number / 3 + 1)
                return .init(
                    name: lead.name, samples: lead.samples.enumerated().map { column.contains($0) ? $1 : .nan })
            })
        let (whole, seen) = (measured(recording), measured(page))
        for name in ["sokolowLyon", "cornell", "rV3", "tV5", "stV2", "heartRate", "qrsDuration", "qrsTAngle"] {
            let (expected, found) = (try #require(whole[name]), try #require(seen[name]))
            #expect(abs(found - expected) < 0.02 + 0.06 * abs(expected), "\(name): \(found), recording \(expected)")
        }
    }

    @Test func `measurements of missing chest leads are missing, limb leads follow from others`() throws {
        let eight = DrawnHeart.recording(
            leads: ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"], times: DrawnHeart.regularTimes())
        let all = DrawnHeart.recording(times: DrawnHeart.regularTimes())
        let (derived, whole) = (measured(eight), measured(all))
        #expect(abs(try #require(derived["raVL"]) - (try #require(whole["raVL"]))) < 0.02)
        let limb = measured(DrawnHeart.recording(leads: ["I", "II", "III"], times: DrawnHeart.regularTimes()))
        for name in ["sokolowLyon", "cornell", "rV1", "stV2", "transition", "qDepthAnterior"] {
            #expect(limb[name] == nil, "\(name)")
        }
        for name in ["heartRate", "raVL", "lewis", "qrsAxisSine", "qDepthInferior"] {
            #expect(limb[name] != nil, "\(name)")
        }
    }

    @Test func `one beat has a shape but no rhythm`() {
        let values = measured(DrawnHeart.recording(times: [1], duration: 2))
        #expect(values["sokolowLyon"] != nil)
        #expect(values["heartRate"] == nil)
        #expect(values["rrVariation"] == nil)
    }

    @Test func `without beats nothing is measured`() {
        let flat = Recording(
            samplingRate: 500,
            leads: DrawnHeart.names.map { .init(name: $0, samples: [Float](repeating: 0, count: 5000)) })
        #expect(measured(flat).values.allSatisfy { $0.isNaN })
        #expect(measured(flat).values.count == TwelveLeadMeasurement.table.count)
        #expect(measured(flat).usualBeats.isEmpty)
        #expect(measured(Recording(samplingRate: 500, leads: [])).values.allSatisfy { $0.isNaN })
    }

    @Test func `the usual beats are those of twelve leads, with the limb leads that follow from others`() throws {
        let leads = ["V2", "I", "II", "V5"]
        let beats = measured(DrawnHeart.recording(leads: leads, times: DrawnHeart.regularTimes())).usualBeats
        #expect(beats.map { $0 != nil } == TwelveLeadBeat.names.map { !$0.hasPrefix("V") || leads.contains($0) })
        let (one, two, three) = (try #require(beats[0]), try #require(beats[1]), try #require(beats[2]))
        #expect(one.count == UsualBeat.count)
        for point in 100 ..< 500 { #expect(abs(three[point] - (two[point] - one[point])) < 1e-5) }
        let top = try #require(beats[10]?.filter(\.isFinite).max())
        #expect(abs(Double(top) - DrawnHeart.usual["V5"]!.r) < 0.3)
    }

    /// The names of features that `analyze` reports, with the value there.
    private func reported(_ measurements: Measurements) -> [String: Double] {
        func lead(_ name: String, _ wave: KeyPath<LeadAmplitudes, MeasuredValue>) -> Double? {
            measurements.leads.first { $0.name.uppercased() == name.uppercased() }?[keyPath: wave].value
        }
        return [
            "heartRate": measurements.heartRate.value, "prInterval": measurements.prInterval.value,
            "pDuration": measurements.pDuration.value, "qrsDuration": measurements.qrsDuration.value,
            "qtInterval": measurements.qtInterval.value, "qtcFridericia": measurements.qtcFridericia.value,
            "sokolowLyon": measurements.hypertrophy.sokolowLyon.value,
            "cornell": measurements.hypertrophy.cornell.value,
            "cornellProduct": measurements.hypertrophy.cornellProduct.value,
            "qrsAxisSine": measurements.qrsAxis.value.map { sin($0 * .pi / 180) }, "raVL": lead("aVL", \.r),
            "rV1": lead("V1", \.r), "sV6": lead("V6", \.s).map { -$0 }, "stV2": lead("V2", \.stJ60),
            "tV5": lead("V5", \.t),
        ].compactMapValues(\.self)
    }

    private func expectReported(_ recording: Recording, _ place: String) {
        let beats = BeatDetector().beats(in: recording)
        let found = TwelveLeadMeasurements(of: recording, beats: beats)
        let expected = reported(Measurements(of: recording, beats: beats))
        #expect(expected.count > 11)
        for (name, value) in expected {
            #expect(abs((found[name] ?? .nan) - value) < 1e-6 * max(1, abs(value)), "\(place), \(name)")
        }
    }

    @Test func `a measurement that is also reported by analyze has the same value`() {
        expectReported(DrawnHeart.recording(times: DrawnHeart.regularTimes()), "drawn heart")
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `measurements of real records have the values that analyze reports`() throws {
        for number in ["00001", "00022", "00100"] {
            let path = SharedMaterial.path("data/ptbxl-100hz/records100/00000/\(number)_lr")
            expectReported(try WFDBRecord(path).recording, number)
        }
    }
}
