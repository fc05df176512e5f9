import Foundation
import Signals
import TestSupport
import Testing

/// Rates and intervals of whole analyses against annotations.
@Suite(.enabled(if: SharedMaterial.isPresent && LabeledRecords.readsAll, LabeledRecords.absence))
struct MeasurementsSharedTests {
    private static func rate(_ samples: [Int], _ samplingRate: Double) -> Double {
        guard let first = samples.first, let last = samples.last, last > first else { return 0 }
        return 60 * Double(samples.count - 1) * samplingRate / Double(last - first)
    }

    /// Ventricular flutter is left out.
    @Test(arguments: ["mitdb-ds1", "svdb"])
    func `the rate of every record is within two beats per minute`(folder: String) throws {
        var worst = (difference: 0.0, record: "")
        for path in try LabeledRecords.paths(folder) {
            let recording = try WFDBRecord(path).recording
            let marks = try WFDBAnnotations.read(path + ".atr", samplingRate: recording.samplingRate)
            let flutter = LabeledRecords.flutter(marks, end: recording.sampleCount)
            let isOutside = { (sample: Int) in !flutter.contains { $0.contains(sample) } }
            let reference = marks.filter { LabeledRecords.beatSymbols.contains($0.symbol) }.map(\.sample)
            let found = BeatDetector().beats(in: recording).samples
            let difference = abs(
                Self.rate(found.filter(isOutside), recording.samplingRate)
                    - Self.rate(reference.filter(isOutside), recording.samplingRate))
            if difference > worst.difference { worst = (difference, String(path.suffix(3))) }
            #expect(difference < 2, "\(path.suffix(3))")
        }
        print(
            "rate", folder, "largest difference", String(format: "%.2f bpm", worst.difference), "record", worst.record)
    }

    /// From found beats on: nothing of the annotations is given.
    @Test func `the intervals of twelve leads are within ten milliseconds in the mean`() throws {
        var differences: [String: [Double]] = [:]
        var worst = 0.0
        for record in try ManualWaves.records() {
            let recording = try ManualWaves.recording(record)
            let beats = BeatDetector().beats(in: recording)
            let measured = Measurements(of: recording, beats: beats)
            let manual = try ManualIntervals(record: record)
            let pairs: [(String, Double?, Double?)] = [
                ("PR", measured.prInterval.value, manual.pr), ("QRS", measured.qrsDuration.value, manual.qrs),
                ("QT", measured.qtInterval.value, manual.qt),
            ]
            for (name, found, truth) in pairs {
                if let found, let truth { differences[name, default: []].append(found - truth) }
            }
            // The first and the last beat are often not annotated.
            let inside = beats.times.filter { manual.span.contains($0) }
            if inside.count > 1, let truth = manual.rate {
                let rate = 60 * Double(inside.count - 1) / (inside.last! - inside[0])
                worst = max(worst, abs(rate - truth))
            }
        }
        print("rate ludb largest difference", String(format: "%.2f bpm", worst))
        #expect(worst < 2)
        for (name, values) in differences.sorted(by: { $0.key < $1.key }) {
            let mean = values.reduce(0, +) / Double(values.count)
            let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
            print("intervals ludb", name, String(format: "%.1f ± %.1f ms", mean, deviation), "of", values.count)
            #expect(abs(mean) <= 10, "\(name)")
        }
    }
}

/// Medians of the manual intervals of a record: over its leads the median boundary of each beat.
private struct ManualIntervals {
    /// ms.
    var pr: Double?
    var qrs: Double?
    var qt: Double?
    /// Beats per minute.
    var rate: Double?
    /// Seconds: the annotated beats.
    let span: ClosedRange<Double>

    init(record: Int) throws {
        let leads = try ManualWaves.leads.map { try ManualWaves(record: record, lead: $0) }
        let second = leads[1].qrs.map(\.peak)
        span = second[0] - 0.15 ... second.last! + 0.15
        if second.count > 1 { rate = 60 * Double(second.count - 1) / (second.last! - second[0]) }
        var found: [[Double]] = [[], [], []]
        for time in second.dropFirst().dropLast() {
            let onset = Self.median(leads.compactMap { Self.wave($0.qrs, near: time, within: 0.1)?.onset })
            let end = Self.median(leads.compactMap { Self.wave($0.qrs, near: time, within: 0.1)?.end })
            let pWaves = leads.compactMap { Self.wave($0.p, near: time - 0.24, within: 0.238)?.onset }
            let tWaves = leads.compactMap { Self.wave($0.t, near: time + 0.3, within: 0.26)?.end }
            guard let onset else { continue }
            if pWaves.count >= 6 { found[0].append(1000 * (onset - Self.median(pWaves)!)) }
            if let end { found[1].append(1000 * (end - onset)) }
            if tWaves.count >= 6 { found[2].append(1000 * (Self.median(tWaves)! - onset)) }
        }
        (pr, qrs, qt) = (Self.median(found[0]), Self.median(found[1]), Self.median(found[2]))
    }

    private static func wave(_ waves: [ManualWaves.Wave], near time: Double, within reach: Double) -> ManualWaves.Wave?
    {
        waves.filter { abs($0.peak - time) < reach }.min { abs($0.peak - time) < abs($1.peak - time) }
    }

    private static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
