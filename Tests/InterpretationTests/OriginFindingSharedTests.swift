import Foundation
import Signals
import TestSupport
import Testing

@testable import Interpretation

/// Origins on real records: walls of infarctions and sites of ventricular beats.
///
/// ALL_RECORDS=1 reads all records and prints the tables.
@Suite(.enabled(if: SharedMaterial.isPresent && LabeledRecords.readsAll, LabeledRecords.absence))
struct OriginFindingSharedTests {
    /// Groups of infarction codes, and the walls that count as found.
    private static let groups: [(name: String, codes: Set<String>, walls: Set<InfarctionWall>)] = [
        ("AMI, ASMI", ["AMI", "ASMI"], [.anterior, .septal]), ("IMI, ILMI", ["IMI", "ILMI"], [.inferior]),
        ("LMI", ["LMI"], [.lateral]), ("ALMI", ["ALMI"], [.anterior, .septal, .lateral]),
    ]
    private static let infarctions: Set = ["AMI", "ASMI", "ALMI", "IMI", "ILMI", "LMI", "IPMI", "IPLMI"]

    @Test func `walls of infarctions of PTB-XL are a confusion table`() throws {
        let codes = try LabeledRecords.ptbxlCodes()
        var table = [String: [String: Int]]()
        var hits = [String: Proportion]()
        var others = [String: Proportion]()
        for path in try LabeledRecords.paths("ptbxl-100hz/records100/00000") {
            guard let labels = codes[Int(path.suffix(8).prefix(5))!] else { continue }
            let record = try WFDBRecord(path)
            let found = Interpretation(of: record.recording, patient: record.patient).origin.compactMap(\.wall)
            for group in Self.groups where !labels.isDisjoint(with: group.codes) {
                for wall in found { table[group.name, default: [:]][wall.rawValue, default: 0] += 1 }
                if found.isEmpty { table[group.name, default: [:]]["none", default: 0] += 1 }
                hits[group.name, default: Proportion()].add(!group.walls.isDisjoint(with: found))
            }
            guard labels.isDisjoint(with: Self.infarctions) else { continue }
            for wall in found { table["no infarction", default: [:]][wall.rawValue, default: 0] += 1 }
            if found.isEmpty { table["no infarction", default: [:]]["none", default: 0] += 1 }
            for group in Self.groups {
                others[group.name, default: Proportion()].add(group.walls.isDisjoint(with: found))
            }
        }
        for (label, row) in table.sorted(by: { $0.key < $1.key }) {
            print("wall", label, row.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
        for group in Self.groups {
            let (hit, other) = (hits[group.name]!, others[group.name]!)
            print("wall", group.name, "sensitivity", hit.text, "of", hit.cases, "specificity", other.text)
        }
        #expect(hits["AMI, ASMI"]!.share >= 0.5 && others["AMI, ASMI"]!.share >= 0.9)
        #expect(hits["IMI, ILMI"]!.share >= 0.35 && others["IMI, ILMI"]!.share >= 0.9)
    }

    /// The localisations of `ludb.csv` next to what is found; too few to be scored.
    @Test func `sites of ventricular beats of LUDB, record by record`() throws {
        let text = try String(contentsOfFile: SharedMaterial.path("data/ludb/ludb.csv"), encoding: .utf8)
        var records: [(number: Int, text: String)] = []
        for line in text.split(whereSeparator: \.isNewline) {
            if let number = line.split(separator: ",").first.flatMap({ Int($0) }), line.contains(",\"") {
                records.append((number, String(line)))
            } else if !records.isEmpty {
                records[records.count - 1].text += " | " + line
            }
        }
        var found = 0
        let cases = records.filter { $0.text.contains("Ventricular extrasystole, localisation") }
        for record in cases {
            let interpretation = Interpretation(
                of: try WFDBRecord(SharedMaterial.path("data/ludb/data/\(record.number)")).recording)
            let truth = record.text.split(separator: "|").filter { $0.contains("localisation") }.map {
                $0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: CharacterSet(charactersIn: " \""))
            }
            let site = interpretation.origin.first { $0.code == .ventricular }
            if site != nil { found += 1 }
            print(
                "site ludb", record.number, "annotated", truth.joined(separator: "; "), "found",
                site.map { $0.site?.rawValue ?? "no site" } ?? "no ventricular beat")
        }
        #expect(!cases.isEmpty)
        #expect(2 * found >= cases.count)
    }
}
