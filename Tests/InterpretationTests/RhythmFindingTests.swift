import Foundation
import LinearAlgebra
import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct RhythmFindingTests {
    /// Twelve leads of one shape, with the P wave upright in II.
    private static let scales = [0.6, 1, 0.4, -0.8, 0.2, 0.7, -0.2, -0.4, 0.3, 0.8, 0.9, 0.8]
    private static let names = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]

    private static func made(_ beats: [Double], duration: Double = 10) -> GaussianRecording {
        var made = GaussianRecording(samplingRate: 500, duration: duration, beats: beats)
        made.scales = scales
        made.names = names
        made.noise = 0.01
        return made
    }

    private static func regular(_ interval: Double, duration: Double = 10) -> GaussianRecording {
        made(Array(stride(from: 0.4, to: duration - 0.2, by: interval)), duration: duration)
    }

    private func codes(_ made: GaussianRecording) -> [RhythmCode] {
        Interpretation(of: made.recording()).rhythm.map(\.code)
    }

    @Test(arguments: [(1.3, RhythmCode.sinusBradycardia), (0.8, .sinusRhythm), (0.5, .sinusTachycardia)])
    func `the rate names the sinus rhythm`(interval: Double, expected: RhythmCode) throws {
        let findings = Interpretation(of: Self.regular(interval).recording()).rhythm
        let first = try #require(findings.first)
        #expect(findings.map(\.code) == [expected])
        #expect(first.confidence > 0.6)
        #expect(first.episodes == [0 ... 10])
        #expect(first.evidence.contains { $0.hasPrefix("P before ") })
        #expect(first.evidence.contains { $0.hasSuffix("beats per minute") })
    }

    @Test func `irregular beats without P waves are atrial fibrillation, with P waves they are sinus arrhythmia`() {
        var generator = SeededGenerator(seed: 5, purpose: "intervals")
        var times = [0.4]
        while times.last! < 9 { times.append(times.last! + 0.55 + 0.55 * generator.uniform()) }
        var fibrillation = Self.made(times)
        fibrillation.waves = Array(GaussianRecording.normal.dropFirst())
        #expect(codes(fibrillation).first == .atrialFibrillation)

        // Breathing.
        var breathing = [0.4]
        while breathing.last! < 9 {
            breathing.append(breathing.last! + 0.85 + 0.16 * sin(2 * .pi * 0.2 * breathing.last!))
        }
        let found = codes(Self.made(breathing))
        #expect(found.contains(.sinusArrhythmia) && found.contains(.sinusRhythm))
        #expect(!found.contains(.atrialFibrillation))
    }

    @Test func `fast regular beats without P waves are a supraventricular tachycardia`() {
        var made = Self.regular(0.36)
        made.waves = Array(GaussianRecording.normal.dropFirst())
        #expect(codes(made).first == .supraventricularTachycardia)
    }

    @Test func `beats after pacing spikes are paced`() {
        let made = Self.regular(0.9)
        let recording = made.recording().mapped { _, samples in
            var samples = samples
            for beat in made.beats { samples[Int((beat - 0.05) * 500)] += 4 }
            return samples
        }
        let findings = Interpretation(of: recording).rhythm
        #expect(findings.map(\.code) == [.paced])
        #expect(!RhythmCode.paced.isValidated)
    }

    @Test func `rhythms of a long recording have the times at which they hold`() throws {
        let slow = Array(stride(from: 0.4, to: 150, by: 1.3))
        let usual = Array(stride(from: slow.last! + 0.8, to: 299.5, by: 0.8))
        let findings = Interpretation(of: Self.made(slow + usual, duration: 300).recording()).rhythm
        let bradycardia = try #require(findings.first { $0.code == .sinusBradycardia })
        let sinus = try #require(findings.first { $0.code == .sinusRhythm })
        #expect(bradycardia.episodes.first?.lowerBound == 0)
        #expect(abs((bradycardia.episodes.last?.upperBound ?? 0) - 150) <= 30)
        #expect(sinus.episodes.last?.upperBound == 300)
    }

    /// Record 208 of `mitdb-ds1` is like this: no two successive intervals are between usual beats.
    @Test func `many ventricular beats in a long sinus rhythm are no fibrillation`() {
        var times: [Double] = []
        var ventricular: Set<Int> = []
        var time = 0.4
        while time < 178 {
            times += [time, time + 0.75, time + 1.2]
            ventricular.insert(times.count - 1)
            // The pause after a ventricular beat varies.
            time += 2.1 + 0.15 * sin(time)
        }
        var made = Self.made(times, duration: 180)
        made.ventricular = ventricular
        let found = codes(made)
        #expect(found.first == .sinusRhythm)
        #expect(found.contains(.ventricularTrigeminy))
        #expect(!found.contains(.atrialFibrillation) && !found.contains(.ventricularTachycardia))
    }

    @Test func `a recording without beats is undetermined`() {
        let flat = Recording(samplingRate: 250, leads: [.init(name: "II", samples: Array(repeating: 0, count: 2500))])
        let interpretation = Interpretation(of: flat)
        #expect(interpretation.rhythm.map(\.code) == [.undetermined])
        #expect(interpretation.origin.isEmpty)
        #expect(!interpretation.isUsable && !interpretation.isUrgent)
    }

    @Test func `every code has a name of its own`() {
        #expect(Set(RhythmCode.allCases.map(\.name)).count == RhythmCode.allCases.count)
        #expect(RhythmCode.atrialPrematureBeats.name == "Atrial premature beats")
    }
}
