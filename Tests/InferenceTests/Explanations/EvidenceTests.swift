import DiagnosticFeatures
import Signals
import Testing

@testable import Inference

@Suite struct EvidenceTests {
    private func evidence(
        _ name: String, _ value: Double, usual: ClosedRange<Double>? = nil, sex: Patient.Sex? = nil
    ) throws -> Prediction.Evidence {
        let group = try #require(MeasurementGroup.table.first { $0.name == name })
        return Prediction.Evidence(group, value: value, usual: usual, sex: sex, share: 0.4)
    }

    @Test func `a voltage above its limit has the limit and its source`() throws {
        let found = try evidence("sokolowLyon", 4.3)
        #expect(found.text == "S in V1 + R in V5 or V6: 4.30 mV, above the limit of 3.50 mV (Sokolow–Lyon 1949).")
        #expect(found.direction == .high && found.limit == 3.5 && found.unit == "mV")
        #expect(found.leads == ["V1", "V5", "V6"] && found.share == 0.4)
    }

    @Test func `a value between two limits has neither`() throws {
        let found = try evidence("prInterval", 160)
        #expect(found.text == "PR interval: 160 ms, within the limits of 120 ms and 200 ms (ACC/AHA/HRS 2018).")
        #expect(found.direction == .usual && found.limit == nil)
        #expect(try evidence("heartRate", 44).text.hasPrefix("Heart rate: 44 beats/min, below the limit of 60"))
        #expect(try evidence("qrsAxis", -62).text.hasPrefix("QRS axis: −62°, below the limit of −30°"))
    }

    @Test func `limits by sex are both named if the sex is not known`() throws {
        let unknown = try evidence("cornell", 2.4)
        #expect(
            unknown.text
                == "R in aVL + S in V3: 2.40 mV, the limit is 2.00 mV for women and 2.80 mV for men (Casale 1987).")
        #expect(unknown.limit == nil && unknown.direction == nil)
        #expect(try evidence("cornell", 2.9).direction == .high)
        #expect(try evidence("cornell", 2.4, sex: .female).direction == .high)
        #expect(try evidence("cornell", 2.4, sex: .male).text.contains("within the limit of 2.80 mV"))
    }

    @Test func `a value without a limit is compared with the training recordings`() throws {
        let low = try evidence("tV6", -0.2, usual: -0.1 ... 0.5)
        #expect(low.text == "T in V6: −0.20 mV, below seven eighths of the training recordings (−0.10 mV).")
        #expect(low.direction == .low && low.source == nil)
        let usual = try evidence("tV6", 0.3, usual: -0.1 ... 0.5)
        #expect(usual.text == "T in V6: 0.30 mV, like most training recordings (−0.10 mV to 0.50 mV).")
        #expect(try evidence("tV6", -0.001).text == "T in V6: 0.00 mV.")
    }

    @Test func `what a network sees has no value`() {
        let found = Prediction.Evidence(.usualBeats, value: nil, usual: nil, sex: .male, share: 0.4)
        #expect(found.name == "usualBeats" && found.text == "Shape of the usual beats (network).")
        #expect(found.value == nil && found.direction == nil && found.unit.isEmpty && found.limit == nil)
        #expect(found.leads.count == 12 && found.share == 0.4)
    }

    @Test func `a state is named`() throws {
        #expect(try evidence("pWavePresent", 0).text == "P wave before the usual beats: absent.")
        #expect(try evidence("transition", 6).text == "First chest lead whose R exceeds S: none.")
    }
}
