import Foundation
import TestSupport
import Testing

@testable import Signals

/// Limb leads exchanged artificially in real records.
///
/// ALL_RECORDS=1 reads all records and prints the table.
@Suite(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
struct LimbLeadCheckSharedTests {
    private struct Exchange {
        let name: String
        /// The lead whose samples stand under a name; a minus inverts it.
        let sources: [String: String]
        let expected: LimbLeadCheck.Finding?
        /// Whether the signals allow the finding.
        let isJudged: @Sendable (LimbLeadCheck) -> Bool
    }

    private static let exchanges = [
        Exchange(name: "none", sources: [:], expected: nil) { _ in true },
        Exchange(name: "I and II", sources: ["I": "II", "II": "I"], expected: .leadsExchanged("I", "II")) {
            !$0.limits.contains(.leadsAlike("I", "II"))
        },
        Exchange(name: "I and III", sources: ["I": "III", "III": "I"], expected: .leadsExchanged("I", "III")) {
            !$0.limits.contains(.leadsAlike("I", "III"))
        },
        Exchange(
            name: "arms", sources: ["I": "-I", "II": "III", "III": "II", "AVR": "AVL", "AVL": "AVR"],
            expected: .armElectrodesExchanged
        ) { $0.armScore != nil },
    ]

    private static func changed(_ recording: Recording, _ exchange: Exchange, without dropped: Set<String>) -> Recording
    {
        let leads = recording.leads.filter { !dropped.contains($0.name.uppercased()) }
        return Recording(
            samplingRate: recording.samplingRate,
            leads: leads.map { lead in
                let source = exchange.sources[lead.name.uppercased()] ?? lead.name
                let isNegative = source.hasPrefix("-")
                let samples = recording.lead(named: isNegative ? String(source.dropFirst()) : source)!.samples
                return .init(name: lead.name, samples: isNegative ? samples.map { -$0 } : samples)
            })
    }

    /// Found among all records, and among those whose signals allow it.
    private func counts(
        _ paths: [String], without dropped: Set<String> = []
    ) throws -> [(all: Proportion, judged: Proportion)] {
        var counts = [(all: Proportion, judged: Proportion)](
            repeating: (Proportion(), Proportion()), count: Self.exchanges.count)
        for path in paths {
            let recording = try WFDBRecord(path).recording
            for (kind, exchange) in Self.exchanges.enumerated() {
                let changed = Self.changed(recording, exchange, without: dropped)
                let check = LimbLeadCheck(changed, beats: BeatDetector().beats(in: changed))
                counts[kind].all.add(check.finding == exchange.expected)
                if exchange.isJudged(check) { counts[kind].judged.add(check.finding == exchange.expected) }
            }
        }
        return counts
    }

    private func show(_ name: String, _ counts: [(all: Proportion, judged: Proportion)]) {
        guard LabeledRecords.readsAll else { return }
        for (exchange, count) in zip(Self.exchanges, counts) {
            print(
                "leads", name, "exchanged", exchange.name, "judged", count.judged.cases, "of", count.all.cases, "right",
                count.judged.text, "of all", count.all.text)
        }
    }

    /// `01000` was not used to fit the weights of the arm electrodes.
    @Test(arguments: ["ptbxl-100hz/records100/00000", "ptbxl-100hz/records100/01000", "ludb/data"])
    func `exchanged limb leads are found and leads in their places are left alone`(folder: String) throws {
        let counts = try counts(try LabeledRecords.paths(folder, step: 40))
        show(folder, counts)
        #expect(counts[0].all.share >= (LabeledRecords.readsAll ? 0.99 : 0.95))
        for kind in 1 ... 3 {
            #expect(counts[kind].judged.share >= 0.95, "\(Self.exchanges[kind].name)")
            #expect(Double(counts[kind].judged.cases) >= 0.7 * Double(counts[kind].all.cases))
        }
    }

    /// I + III − II stays the same, so that only shapes could tell. The check says so and finds nothing.
    @Test func `I and III exchanged without augmented leads are not judged`() throws {
        let counts = try counts(
            try LabeledRecords.paths("ludb/data", step: 20), without: ["AVR", "AVL", "AVF"])
        show("ludb/data without augmented leads,", counts)
        #expect(counts[1].judged.share >= 0.75)
        #expect(counts[0].all.share >= 0.95)
        let path = SharedMaterial.path("data/ludb/data/1")
        let recording = Self.changed(
            try WFDBRecord(path).recording, Self.exchanges[2], without: ["AVR", "AVL", "AVF"])
        let check = LimbLeadCheck(recording, beats: BeatDetector().beats(in: recording))
        #expect(check.limits.contains(.augmentedLeadsMissing))
    }
}
