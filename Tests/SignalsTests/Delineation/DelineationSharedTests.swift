import Foundation
import Signals
import TestSupport
import Testing

/// The boundaries of real records against those that cardiologists marked.
///
/// ALL_RECORDS=1 adds every lead alone and all twelve together on all 100 records, and prints the table.
@Suite struct DelineationSharedTests {
    private static let readsAll = ProcessInfo.processInfo.environment["ALL_RECORDS"] != nil
    /// The records of fibrillation and flutter, in which no P wave is marked (`ludb.csv`).
    private static let fibrillating: Set = [35, 51, 83, 93, 95, 101, 103, 109, 129, 173]

    private func score(_ records: [Int], leads: [String]) throws -> DelineationScore {
        var score = DelineationScore()
        for record in records {
            let whole = try ManualWaves.recording(record)
            let recording = Recording(
                samplingRate: 500, leads: whole.leads.filter { leads.contains($0.name.lowercased()) })
            let manual = try leads.map { try ManualWaves(record: record, lead: $0) }
            let marked = leads.contains("ii") ? try ManualWaves(record: record, lead: "ii") : manual[0]
            let beats = ManualWaves.beats(marked, in: recording)
            score.add(Delineation(of: recording, beats: beats).beats, manual: manual, beats: beats)
        }
        return score
    }

    private func row(_ name: String, _ score: DelineationScore) -> String {
        let boundaries = ["P onset", "QRS onset", "QRS end", "T end"].map {
            String(format: "%@ %.1f ± %.1f", $0, score.mean($0), score.deviation($0))
        }
        let intervals = ["PR", "QRS", "QT"].map { String(format: "%@ %.1f", $0, score.mean($0)) }
        return String(format: "%@: P %.1f / %.1f, ", name, score.sensitivity, score.predictivity)
            + (boundaries + intervals).joined(separator: ", ")
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `lead II is delineated as cardiologists do it`() throws {
        let score = try score(ManualWaves.records(), leads: ["ii"])
        print(row("ii", score))
        #expect(score.sensitivity >= 97)
        #expect(score.predictivity >= 93)
        #expect(abs(score.mean("QRS onset")) <= 5)
        #expect(score.deviation("QRS onset") <= 12)
        #expect(score.deviation("QRS end") <= 15)
        #expect(score.deviation("T end") <= 22)
        for name in ["PR", "QRS", "QT"] { #expect(abs(score.mean(name)) <= 10) }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `fibrillation and flutter have hardly any P wave in lead II`() throws {
        let score = try score(Self.fibrillating.sorted(), leads: ["ii"])
        #expect(score.found + score.missed == 0)
        #expect(score.invented <= 5)
    }

    @Test(.enabled(if: SharedMaterial.isPresent && readsAll, LabeledRecords.absence))
    func `every lead alone and twelve together are delineated`() throws {
        let records = try ManualWaves.records()
        for lead in ManualWaves.leads {
            let score = try score(records, leads: [lead])
            print(row(lead, score))
            #expect(score.sensitivity >= 75)
            #expect(score.predictivity >= 88)
        }
        let score = try score(records, leads: ManualWaves.leads)
        print(row("12", score))
        #expect(score.sensitivity >= 98)
        #expect(score.predictivity >= 94)
        #expect(score.deviation("QRS onset") <= 9)
        #expect(score.deviation("QRS end") <= 9)
        #expect(score.deviation("T end") <= 20)
        for name in ["PR", "QRS", "QT"] { #expect(abs(score.mean(name)) <= 10) }
    }
}
