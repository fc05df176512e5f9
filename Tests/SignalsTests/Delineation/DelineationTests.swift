import Foundation
import Signals
import TestSupport
import Testing

@Suite struct DelineationTests {
    /// Differences from the made onsets and ends in ms: mean over the beats between the first and the last.
    private func errors(_ made: MadeRecording, waves: [BeatWaves]) -> [String: Double] {
        var sums: [String: Double] = [:]
        let inner = made.rTimes.indices.dropFirst().dropLast()
        for beat in inner {
            let (r, wave) = (made.rTimes[beat], waves[beat])
            let pairs: [(String, Double?, Double?)] = [
                ("P onset", wave.p?.onset, made.p?.onset), ("P end", wave.p?.end, made.p?.end),
                ("QRS onset", wave.qrs?.onset, made.qrs.first?.time), ("QRS end", wave.qrs?.end, made.qrs.last?.time),
                ("T onset", wave.t?.onset, made.t?.onset), ("T end", wave.t?.end, made.t?.end),
                ("T peak", wave.t?.peak, made.t.map { ($0.onset + $0.end) / 2 }),
                ("P peak", wave.p?.peak, made.p.map { ($0.onset + $0.end) / 2 }),
            ]
            for (name, found, expected) in pairs {
                guard let expected else { continue }
                sums[name, default: 0] += (found.map { $0 - r - expected } ?? .nan) * 1000 / Double(inner.count)
            }
        }
        return sums
    }

    /// Readers see a smooth wave begin after and end before its mathematical corners, and the QRS thresholds allow for
    /// the rounded corners of real complexes.
    private let tolerances = [
        "P onset": 20.0, "P peak": 6, "P end": 20, "QRS onset": 12, "QRS end": 10, "T onset": 35, "T peak": 6,
        "T end": 35,
    ]

    @Test(arguments: [100.0, 128, 250, 360, 500, 1000, 2000])
    func `waves of made beats are found at every sampling rate`(rate: Double) {
        var made = MadeRecording()
        made.samplingRate = rate
        let found = errors(made, waves: Delineation(of: made.recording, beats: made.beats).beats)
        #expect(found.count == tolerances.count)
        for (name, error) in found { #expect(abs(error) < tolerances[name]!, "\(name) is off by \(error) ms") }
    }

    @Test func `an inverted lead has the same waves`() {
        var made = MadeRecording()
        made.noise = 0.005
        let upright = Delineation(of: made.recording, beats: made.beats)
        let inverted = Recording(
            samplingRate: made.samplingRate,
            leads: made.recording.leads.map { .init(name: $0.name, samples: $0.samples.map { -$0 }) })
        #expect(Delineation(of: inverted, beats: made.beats) == upright)
    }

    @Test func `a level and a slow drift change no wave by more than 8 ms`() {
        var made = MadeRecording()
        let still = Delineation(of: made.recording, beats: made.beats)
        made.background = { 3 + 0.4 * sin(2 * .pi * 0.2 * $0) }
        let drifting = Delineation(of: made.recording, beats: made.beats)
        for (one, other) in zip(still.beats, drifting.beats) {
            #expect(abs(one.qrs!.onset - other.qrs!.onset) < 0.008)
            #expect(abs(one.p!.onset - other.p!.onset) < 0.008)
            #expect(abs(one.t!.end - other.t!.end) < 0.008)
        }
    }

    @Test func `twelve leads of every polarity give one set of waves`() {
        var made = MadeRecording()
        made.leads = (0 ..< 12).map { number in
            let sign = number % 2 == 0 ? 1.0 : -1
            return .init(
                name: "\(number)", p: sign * (0.3 + 0.1 * Double(number % 4)),
                qrs: -sign * (0.4 + 0.1 * Double(number)), t: sign * (0.2 + 0.07 * Double(number)))
        }
        made.noise = 0.01
        let delineation = Delineation(of: made.recording, beats: made.beats)
        for (name, error) in errors(made, waves: delineation.beats) {
            #expect(abs(error) < tolerances[name]!, "\(name) is off by \(error) ms")
        }
        #expect(delineation.leads.count == 12)
        #expect(delineation.leads.allSatisfy { $0.count == made.rTimes.count })
        #expect(delineation.clusters[0].pDecision.leadAgreement == 1)
    }

    @Test func `each lead of a page has waves in its own column only`() {
        var made = MadeRecording()
        made.noise = 0.005
        made.leads = (0 ..< 4).map { .init(name: "\($0)", p: 1, qrs: $0 % 2 == 0 ? 1 : -1, t: 1) }
        let whole = made.recording
        let page = Recording(
            samplingRate: 500,
            leads: whole.leads.enumerated().map { column, lead in
                .init(
                    name: lead.name,
                    samples: lead.samples.enumerated().map { $0 / 1250 == column ? $1 : .nan })
            })
        let delineation = Delineation(of: page, beats: made.beats)
        for (name, error) in errors(made, waves: delineation.beats) {
            #expect(abs(error) < tolerances[name]!, "\(name) is off by \(error) ms")
        }
        for (column, waves) in delineation.leads.enumerated() {
            for (r, wave) in zip(made.rTimes, waves) {
                let inside = r - 0.25 > 2.5 * Double(column) && r + 0.45 < 2.5 * Double(column + 1)
                let outside = r + 0.25 < 2.5 * Double(column) || r - 0.25 > 2.5 * Double(column + 1)
                if inside { #expect(wave.p != nil && wave.qrs != nil && wave.t != nil) }
                if outside { #expect(wave == .none) }
            }
        }
    }

    @Test func `beats of a second shape have waves of their own`() {
        var made = MadeRecording()
        made.rTimes = [0.6, 1.4, 2.2, 3.0, 3.8, 4.6, 5.4, 6.2, 7.0, 7.8, 8.6, 9.4]
        let usual = made.recording
        var wide = made
        wide.p = nil
        wide.qrs = [(-0.08, 0), (-0.02, -0.9), (0.04, 0.5), (0.08, 0)]
        wide.t = .init(onset: 0.2, end: 0.42, height: -0.4)
        let others = wide.recording
        let odd: Set = [3, 8]
        let samples = usual.leads[0].samples.indices.map { sample -> Float in
            let time = Double(sample) / 500
            let nearest = made.rTimes.indices.min { abs(made.rTimes[$0] - time) < abs(made.rTimes[$1] - time) }!
            return odd.contains(nearest) ? others.leads[0].samples[sample] : usual.leads[0].samples[sample]
        }
        let beats = made.beats.beats.enumerated().map {
            Beat(
                sample: $1.sample, cluster: odd.contains($0) ? 1 : 0,
                beatClass: odd.contains($0) ? .ventricular : .normal)
        }
        let delineation = Delineation(
            of: Recording(samplingRate: 500, leads: [.init(name: "II", samples: samples)]),
            beats: MadeRecording.beats(beats, samplingRate: 500))
        for beat in beats.indices {
            let waves = delineation.beats[beat]
            if odd.contains(beat) {
                #expect(waves.p == nil)
                #expect(abs(waves.qrs!.duration - 0.16) < 0.02)
            } else {
                #expect(waves.p != nil)
                #expect(abs(waves.qrs!.duration - 0.085) < 0.02)
            }
        }
    }

    @Test func `a lead without a usable signal is left out`() {
        var made = MadeRecording()
        made.leads = [.init(name: "I"), .init(name: "II")]
        let clean = made.recording
        let broken = Recording(
            samplingRate: 500,
            leads: [clean.leads[0], .init(name: "II", samples: clean.leads[1].samples.map { _ in 5 })])
        let plain = made.beats
        let grades = [LeadQuality.Grade.good, .saturated].map {
            LeadQuality(name: "", grade: $0, reasons: [], coverage: 1)
        }
        let beats = Beats(samplingRate: 500, beats: plain.beats, clusters: plain.clusters, leads: grades)
        let delineation = Delineation(of: broken, beats: beats)
        #expect(delineation.leads[1].allSatisfy { $0 == .none })
        let alone = Recording(samplingRate: 500, leads: [clean.leads[0]])
        #expect(delineation.beats == Delineation(of: alone, beats: plain).beats)
    }

    @Test(arguments: [0, 1, 2])
    func `few beats, gaps everywhere and constants give arrays that pair with the beats`(count: Int) {
        let beats = (0 ..< count).map { Beat(sample: 100 + 400 * $0, cluster: 0, beatClass: .normal) }
        let contents: [[Float]] = [
            [], [0], Array(repeating: .nan, count: 1000), Array(repeating: 2, count: 1000),
            Array(repeating: .infinity, count: 1000), (0 ..< 1000).map { $0 % 2 == 0 ? .nan : Float($0) },
            (0 ..< 1000).map { Float($0 % 7) * 1e30 }, (0 ..< 450).map { Float($0) },
        ]
        for (samples, rate) in contents.flatMap({ samples in [1.0, 100, 500, 5000].map { (samples, $0) } }) {
            let recording = Recording(samplingRate: rate, leads: [.init(name: "II", samples: samples)])
            let delineation = Delineation(of: recording, beats: MadeRecording.beats(beats, samplingRate: rate))
            #expect(delineation.beats.count == count)
            #expect(delineation.leads == [delineation.leads[0]] && delineation.leads[0].count == count)
            for waves in delineation.beats + delineation.leads[0] {
                for wave in [waves.p, waves.qrs, waves.t].compactMap({ $0 }) {
                    #expect(wave.onset <= wave.peak && wave.peak <= wave.end)
                }
            }
        }
        let empty = Recording(samplingRate: 500, leads: [])
        #expect(Delineation(of: empty, beats: MadeRecording.beats(beats, samplingRate: 500)).leads.isEmpty)
    }
}
