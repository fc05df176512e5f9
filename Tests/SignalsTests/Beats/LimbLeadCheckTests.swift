import Foundation
import TestSupport
import Testing

@testable import Signals

@Suite struct LimbLeadCheckTests {
    /// Limb leads of a made heart with two independent directions, which obey the laws, and V6, which is like I.
    private func limbLeads() -> Recording {
        var made = GaussianRecording(samplingRate: 250, duration: 10, interval: 0.8)
        made.scales = [0.7, 1]
        made.ventricular = []
        let pair = made.recording().leads.map(\.samples)
        // The second direction lags by 12 ms, so that the leads have different shapes.
        let first = pair[0]
        let second = pair[1].indices.map { $0 >= 3 ? pair[1][$0 - 3] : 0 }
        func lead(_ name: String, _ a: Float, _ b: Float) -> Recording.Lead {
            .init(name: name, samples: zip(first, second).map { a * $0 + b * $1 })
        }
        return Recording(
            samplingRate: 250,
            leads: [
                lead("I", 1, 0), lead("II", 0, 1), lead("III", -1, 1), lead("aVR", -0.5, -0.5), lead("aVL", 1, -0.5),
                lead("aVF", -0.5, 1), lead("V6", 0.9, 0.1),
            ])
    }

    private func check(_ recording: Recording) -> LimbLeadCheck {
        LimbLeadCheck(recording, beats: BeatDetector().beats(in: recording))
    }

    /// The recording with the leads' samples under other names; a minus inverts a lead.
    private func renamed(_ sources: [String: String]) -> Recording {
        let recording = limbLeads()
        return Recording(
            samplingRate: 250,
            leads: recording.leads.map { lead in
                let source = sources[lead.name] ?? lead.name
                let name = source.hasPrefix("-") ? String(source.dropFirst()) : source
                let sign: Float = source.hasPrefix("-") ? -1 : 1
                let samples = recording.lead(named: name)!.samples
                return .init(name: lead.name, samples: samples.map { sign * $0 })
            })
    }

    @Test func `leads under their own names obey the laws`() {
        let found = check(limbLeads())
        #expect(found.finding == nil)
        #expect(found.agreement! > 60)
    }

    @Test func `two exchanged leads are named`() {
        #expect(check(renamed(["I": "II", "II": "I"])).finding == .leadsExchanged("I", "II"))
        #expect(check(renamed(["I": "III", "III": "I"])).finding == .leadsExchanged("I", "III"))
        #expect(check(renamed(["II": "III", "III": "II"])).finding == .leadsExchanged("II", "III"))
        #expect(check(renamed(["aVR": "aVL", "aVL": "aVR"])).finding == .leadsExchanged("aVR", "aVL"))
    }

    @Test func `two exchanged leads are named even if each lead has a gain of its own`() {
        let gains: [Float] = [1.6, 0.7, 1.2, 0.5, 1.9, 0.8, 1]
        let scaled = { (recording: Recording) in
            recording.mapped { lead, samples in samples.map { gains[lead] * $0 } }
        }
        #expect(check(scaled(limbLeads())).finding == nil)
        #expect(check(scaled(renamed(["I": "II", "II": "I"]))).finding == .leadsExchanged("I", "II"))
        #expect(check(scaled(renamed(["I": "III", "III": "I"]))).finding == .leadsExchanged("I", "III"))
        #expect(check(scaled(renamed(["aVF": "-aVF"]))).finding == .leadInverted("aVF"))
    }

    @Test func `an inverted lead is named`() {
        #expect(check(renamed(["II": "-II"])).finding == .leadInverted("II"))
        #expect(check(renamed(["aVF": "-aVF"])).finding == .leadInverted("aVF"))
    }

    @Test func `exchanged arm electrodes obey the laws and are found by the shape of lead I`() {
        let found = check(renamed(["I": "-I", "II": "III", "III": "II", "aVR": "aVL", "aVL": "aVR"]))
        #expect(found.finding == .armElectrodesExchanged)
        #expect(found.agreement! > 60)
    }

    @Test func `what cannot be seen is said`() {
        let limbOnly = check(limbLeads().only([0, 1, 2]))
        #expect(limbOnly.limits.contains(.augmentedLeadsMissing))
        #expect(limbOnly.limits.contains(.lateralChestLeadsMissing))
        let chestOnly = check(limbLeads().only([6]))
        #expect(chestOnly.finding == nil && chestOnly.agreement == nil)
        #expect(chestOnly.limits.contains(.limbLeadsMissing))
    }

    @Test func `leads of a page's columns are checked on their median beats`() {
        let columns = renamed(["I": "II", "II": "I"]).mapped { lead, samples in
            samples.enumerated().map { place, sample in (place < 1250) == (lead < 3) ? sample : .nan }
        }
        #expect(check(columns).finding == .leadsExchanged("I", "II"))
    }
}
