import Foundation
import LinearAlgebra
import Signals
import Testing

@testable import DiagnosticFeatures

@Suite struct BeatFeaturesTests {
    private func features(_ recording: Recording) -> (features: BeatFeatures, beats: Beats) {
        let beats = BeatDetector().beats(in: recording)
        return (BeatFeatures(of: recording, beats: beats), beats)
    }

    private func value(_ features: BeatFeatures, _ beat: Int, _ name: String) throws -> Double {
        let column = try #require(BeatFeature.table.firstIndex { $0.name == name }, "\(name)")
        return features.values[beat, column]
    }

    private let times: [Double] = {
        var times = DrawnHeart.regularTimes(duration: 60)
        times[30] -= 0.25
        times[50] -= 0.25
        return times
    }()

    @Test func `each feature has a name and a formula of its own`() {
        #expect(Set(BeatFeature.table.map(\.name)).count == BeatFeature.table.count)
        #expect(Set(BeatFeature.table.map(\.formula)).count == BeatFeature.table.count)
    }

    @Test func `an early wide beat differs from the usual one, an early narrow one does not`() throws {
        let recording = DrawnHeart.recording(leads: ["II", "V5"], times: times, ventricular: [30], duration: 60)
        let (found, beats) = features(recording)
        try #require(beats.beats.count == times.count)
        #expect(found.leads == ["II", "V5"])
        #expect(try value(found, 10, "qrsCorrelation") > 0.99)
        #expect(try value(found, 30, "qrsCorrelation") < 0.5)
        #expect(try value(found, 50, "qrsCorrelation") > 0.99)
        #expect(try value(found, 30, "width") > 0.2)
        #expect(abs(try value(found, 50, "width")) < 0.1)
        #expect(try value(found, 30, "polarity1") < -0.5)
        for beat in [30, 50] {
            #expect(try value(found, beat, "earliness") == 8)
            #expect(abs(try value(found, beat, "rrUsual") - log(0.55 / 0.8)) < 0.05)
        }
        #expect(try value(found, 30, "earlyUsual") < 4)
        #expect(try value(found, 50, "earlyUsual") > 7.5)
        #expect(try value(found, 30, "isUsual") == 0)
        #expect(try value(found, 50, "isUsual") == 1)
        #expect(try value(found, 31, "previousCorrelation") < 0.5)
    }

    @Test func `the classes by rules are features, one for each of S, V and F`() throws {
        let recording = DrawnHeart.recording(leads: ["II", "V5"], times: times, ventricular: [30], duration: 60)
        let beats = BeatDetector().beats(in: recording)
        var classes = beats.beats.map { _ in AAMIClass.normal }
        classes[10] = .supraventricular
        classes[20] = .fusion
        classes[30] = .ventricular
        classes[40] = .unclassifiable
        let found = BeatFeatures(of: recording, beats: beats.with(classes: classes))
        let names = ["ruleSupraventricular", "ruleVentricular", "ruleFusion"]
        let expected: [(beat: Int, values: [Double])] = [
            (5, [0, 0, 0]), (10, [1, 0, 0]), (20, [0, 0, 1]), (30, [0, 1, 0]), (40, [0, 0, 0]),
        ]
        for (beat, values) in expected {
            #expect(try names.map { try value(found, beat, $0) } == values, "beat \(beat)")
        }
    }

    @Test func `parts of a recording have the features of the whole`() {
        let recording = DrawnHeart.recording(leads: ["II", "V5"], times: times, ventricular: [30], duration: 60)
        let found = features(recording).features
        let parts = [0 ..< 1, 1 ..< 29, 29 ..< found.count].flatMap { found.values(of: $0).values }
        #expect(parts.map(\.bitPattern) == found.values.values.map(\.bitPattern))
    }

    @Test func `twice the voltage changes no feature but that of P differences`() {
        let recording = DrawnHeart.recording(leads: ["II", "V5"], times: times, ventricular: [30], duration: 60)
        let double = Recording(
            samplingRate: 500, leads: recording.leads.map { .init(name: $0.name, samples: $0.samples.map { 2 * $0 }) })
        let (one, two) = (features(recording).features.values, features(double).features.values)
        // A constant of 0.01 mV keeps the ratio of two differences of noise from infinity.
        let columns = BeatFeature.table.indices.filter { !BeatFeature.table[$0].name.hasPrefix("pDifference") }
        var largest = 0.0
        for beat in 0 ..< one.rows {
            for column in columns where one[beat, column].isFinite {
                let (left, right) = (one[beat, column], two[beat, column])
                largest = max(largest, Double(abs(left - right)))
            }
        }
        #expect(largest < 0.1)
    }

    @Test func `one lead has no features of a second one`() throws {
        let recording = DrawnHeart.recording(leads: ["V1"], times: times, duration: 60)
        let (found, _) = features(recording)
        #expect(found.leads == ["V1"])
        #expect(try value(found, 10, "qrsCorrelation1") > 0.99)
        #expect(try value(found, 10, "qrsCorrelation2").isNaN)
        #expect(try value(found, 10, "qrsCorrelation") > 0.99)
    }

    @Test func `a beat in a gap has no shape but a rhythm`() throws {
        let recording = DrawnHeart.recording(leads: ["II", "V1"], times: times, duration: 60)
        let gap = Int((times[20] - 0.2) * 500) ..< Int((times[20] + 0.4) * 500)
        let holed = Recording(
            samplingRate: 500,
            leads: recording.leads.map { lead in
                .init(name: lead.name, samples: lead.samples.enumerated().map { gap.contains($0) ? .nan : $1 })
            })
        let beats = BeatDetector().beats(in: recording)
        let found = BeatFeatures(of: holed, beats: beats)
        #expect(try value(found, 20, "qrsCorrelation").isNaN)
        #expect(try value(found, 20, "rrUsual").isFinite)
        #expect(try value(found, 25, "qrsCorrelation") > 0.99)
    }

    @Test func `one beat and none have rows of their own`() throws {
        let one = features(DrawnHeart.recording(leads: ["II"], times: [1], duration: 2))
        #expect(one.features.values.rows == one.beats.beats.count)
        #expect(try value(one.features, 0, "rrUsual").isNaN)
        let flat = Recording(samplingRate: 500, leads: [.init(name: "II", samples: [Float](repeating: 0, count: 5000))])
        #expect(features(flat).features.values.rows == features(flat).beats.beats.count)
    }
}
