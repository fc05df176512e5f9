import Foundation
import TestSupport
import Testing

@testable import Signals

/// Classes by rules against the annotations of half-hour records, as EC57 counts them.
///
/// ALL_RECORDS=1 prints the tables. They are a baseline for learned classes.
@Suite(.enabled(if: SharedMaterial.isPresent && LabeledRecords.readsAll, LabeledRecords.absence))
struct BeatRulesSharedTests {
    /// The counts of one class in EC57: fusion and unclassifiable beats that are called V or S are no errors.
    private struct Counts {
        var hits = 0
        var missed = 0
        var alarms = 0
        /// Beats of other classes that are not called so.
        var right = 0

        var text: String {
            "sensitivity \(Proportion(hits, of: hits + missed).text), predictivity "
                + "\(Proportion(hits, of: hits + alarms).text), false positive rate "
                + String(format: "%.3f %%", 100 * Double(alarms) / Double(max(1, alarms + right)))
        }

        static func + (left: Counts, right: Counts) -> Counts {
            Counts(
                hits: left.hits + right.hits, missed: left.missed + right.missed, alarms: left.alarms + right.alarms,
                right: left.right + right.right)
        }
    }

    private static let scored: [AAMIClass] = [.ventricular, .supraventricular]

    private static func counts(_ path: String) throws -> [AAMIClass: Counts] {
        let recording = try WFDBRecord(path).recording
        let all = try WFDBAnnotations.read(path + ".atr", samplingRate: recording.samplingRate)
        let flutter = LabeledRecords.flutter(all, end: recording.sampleCount)
        let isOutside = { (sample: Int) in !flutter.contains { $0.contains(sample) } }
        let marks = all.filter { LabeledRecords.beatSymbols.contains($0.symbol) && isOutside($0.sample) }
        let beats = BeatDetector().beats(in: recording).beats.filter { isOutside($0.sample) }
        let matching = BeatMatching(
            reference: marks.map(\.sample), test: beats.map(\.sample), tolerance: Int(0.15 * recording.samplingRate))
        var counts: [AAMIClass: Counts] = [:]
        for code in scored {
            var count = Counts()
            for pair in matching.pairs {
                let truth = LabeledRecords.aamiClass(marks[pair.reference].symbol)
                switch (truth == code, beats[pair.test].beatClass == code) {
                case (true, true): count.hits += 1
                case (true, false): count.missed += 1
                case (false, true): if truth != .fusion, truth != .unclassifiable { count.alarms += 1 }
                case (false, false): count.right += 1
                }
            }
            count.missed += matching.missed.count { LabeledRecords.aamiClass(marks[$0].symbol) == code }
            count.alarms += matching.extra.count { beats[$0].beatClass == code }
            counts[code] = count
        }
        return counts
    }

    @Test(arguments: [("mitdb-ds1", 0.85), ("svdb", 0.5)])
    func `V and S have the figures of EC57, gross and by record`(folder: String, least: Double) throws {
        var gross: [AAMIClass: Counts] = [:]
        for path in try LabeledRecords.paths(folder) {
            let counts = try Self.counts(path)
            for code in Self.scored {
                gross[code] = gross[code, default: Counts()] + counts[code]!
                print("ec57", folder, path.suffix(3), code.code, counts[code]!.text)
            }
        }
        for code in Self.scored { print("ec57", folder, "gross", code.code, gross[code]!.text) }
        let ventricular = gross[.ventricular]!
        #expect(Proportion(ventricular.hits, of: ventricular.hits + ventricular.missed).share >= least)
        #expect(Proportion(ventricular.hits, of: ventricular.hits + ventricular.alarms).share >= least)
    }
}
