import Foundation
import TestSupport
import Testing

@testable import Signals

/// Beats of real records against their annotations.
///
/// Half an hour is long in a debug build: ALL_RECORDS=1 reads all records and holds the figures of the whole sets, else
/// a few records are held to their own.
@Suite struct BeatDetectorSharedTests {
    private static let readsAll = LabeledRecords.readsAll

    private struct Score {
        var pairs = 0
        var missed = 0
        var extra = 0

        var sensitivity: Double { 100 * Double(pairs) / Double(max(1, pairs + missed)) }
        var predictivity: Double { 100 * Double(pairs) / Double(max(1, pairs + extra)) }
        var f1: Double { 200 * Double(pairs) / Double(max(1, 2 * pairs + missed + extra)) }

        var text: String {
            String(format: "%.3f / %.3f %%, F1 %.3f", sensitivity, predictivity, f1) + " of \(pairs + missed) beats"
        }

        mutating func add(_ matching: BeatMatching) {
            pairs += matching.pairs.count
            missed += matching.missed.count
            extra += matching.extra.count
        }
    }

    private static func rate(_ samples: [Int], _ samplingRate: Double) -> Double {
        guard let first = samples.first, let last = samples.last, last > first else { return 0 }
        return 60 * Double(samples.count - 1) * samplingRate / Double(last - first)
    }

    /// Annotated and found beats outside ventricular flutter, which `[` and `]` enclose.
    private static func beats(
        _ record: String, leads: [Int]
    ) throws -> (reference: [Int], found: [Int], inverted: [Int], rate: Double) {
        let path = SharedMaterial.path("data/\(record)")
        let recording = try WFDBRecord(path).recording.only(leads)
        let marks = try WFDBAnnotations.read(path + ".atr", samplingRate: recording.samplingRate)
        let flutter = LabeledRecords.flutter(marks, end: recording.sampleCount)
        let isOutside = { (sample: Int) in !flutter.contains { $0.contains(sample) } }
        let detector = BeatDetector()
        let inverted = recording.mapped { _, samples in samples.map { -$0 } }
        return (
            marks.filter { LabeledRecords.beatSymbols.contains($0.symbol) }.map(\.sample).filter(isOutside),
            detector.samples(in: recording).filter(isOutside), detector.samples(in: inverted).filter(isOutside),
            recording.samplingRate
        )
    }

    private static func records(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: SharedMaterial.path("data/\(folder)"))
            .filter { $0.hasSuffix(".hea") }.map { "\(folder)/\($0.dropLast(4))" }.sorted()
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `beats of half-hour records are found in one lead, inverted or not, and better in two`() throws {
        let names = Self.readsAll ? try Self.records("mitdb-ds1") : ["mitdb-ds1/106"]
        var (one, two) = (Score(), Score())
        for name in names {
            let first = try Self.beats(name, leads: [0])
            #expect(first.found == first.inverted, "\(name)")
            one.add(BeatMatching(reference: first.reference, test: first.found, tolerance: Int(0.15 * first.rate)))
            let difference = Self.rate(first.found, first.rate) - Self.rate(first.reference, first.rate)
            #expect(abs(difference) < 2, "\(name)")
            let both = try Self.beats(name, leads: [0, 1])
            two.add(BeatMatching(reference: both.reference, test: both.found, tolerance: Int(0.15 * both.rate)))
        }
        if Self.readsAll { print("mitdb-ds1 one lead \(one.text), two leads \(two.text)") }
        #expect(one.sensitivity >= 99.85 && one.predictivity >= 99.85)
        if Self.readsAll { #expect(two.f1 >= one.f1) }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `rates of recordings from other recorders are within two beats per minute`() throws {
        for name in Self.readsAll ? try Self.records("svdb") : ["svdb/803"] {
            let both = try Self.beats(name, leads: [0, 1])
            #expect(abs(Self.rate(both.found, both.rate) - Self.rate(both.reference, both.rate)) < 2, "\(name)")
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `beats of ten seconds are found in single leads and in all twelve`() throws {
        let all = try Self.records("ludb/data")
        let names = Self.readsAll ? all : Array(all.prefix(12))
        var scores = [String: Score]()
        for name in names {
            let path = SharedMaterial.path("data/\(name)")
            let recording = try WFDBRecord(path).recording
            for lead in Self.readsAll ? ManualWaves.leads + ["all"] : ["ii", "v2", "all"] {
                let annotator = lead == "all" ? "ii" : lead
                let reference = try WFDBAnnotations.read("\(path).\(annotator)", samplingRate: recording.samplingRate)
                    .filter { $0.symbol == "N" }.map(\.sample)
                let number = recording.leads.firstIndex { $0.name.lowercased() == lead }
                let found = BeatDetector().samples(in: number.map { recording.only([$0]) } ?? recording)
                // The first and the last beat are often not annotated.
                let tolerance = Int(0.15 * recording.samplingRate)
                let inside = found.filter { $0 >= reference[0] - tolerance && $0 <= reference.last! + tolerance }
                scores[lead, default: Score()].add(
                    BeatMatching(reference: reference, test: inside, tolerance: tolerance))
                if lead == "all" {
                    let difference =
                        Self.rate(inside, recording.samplingRate) - Self.rate(reference, recording.samplingRate)
                    #expect(abs(difference) < 2, "\(name)")
                }
            }
        }
        for (lead, score) in scores.sorted(by: { $0.key < $1.key }) {
            if Self.readsAll { print("ludb", lead, score.text) }
            let least = lead == "all" ? 99.95 : ["ii", "v2"].contains(lead) ? 99.8 : 98
            #expect(score.sensitivity >= least && score.predictivity >= least, "\(lead)")
        }
    }
}
