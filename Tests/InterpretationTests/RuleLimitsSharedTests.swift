import Foundation
import Signals
import TestSupport
import Testing

@testable import Interpretation

/// Each half of a set of records is scored with the limits that were chosen on the other half.
///
/// ALL_RECORDS=1 reads all records and prints the tables; there is nothing to choose on a few records.
@Suite(.enabled(if: SharedMaterial.isPresent && LabeledRecords.readsAll, LabeledRecords.absence))
struct RuleLimitsSharedTests {
    private typealias Record = (context: RhythmContext, labels: Set<String>)

    private static func ptbxl() throws -> [Record] {
        let codes = try LabeledRecords.ptbxlCodes()
        return try LabeledRecords.paths("ptbxl-100hz/records100/00000").compactMap { path in
            guard let labels = codes[Int(path.suffix(8).prefix(5))!] else { return nil }
            return (try context(path), labels)
        }
    }

    private static func context(_ path: String) throws -> RhythmContext {
        let recording = try WFDBRecord(path).recording
        let beats = BeatDetector().beats(in: recording)
        return RhythmContext(
            recording: recording, beats: beats, measurements: Measurements(of: recording, beats: beats))
    }

    /// Places of the records of each half: every second one of each class.
    private static func halves(_ classes: [String]) -> [[Int]] {
        var seen: [String: Int] = [:]
        var halves: [[Int]] = [[], []]
        for (place, name) in classes.enumerated() {
            halves[seen[name, default: 0] % 2].append(place)
            seen[name, default: 0] += 1
        }
        return halves
    }

    /// Returns the limits that have the best score on a half; of equal ones the middle.
    private static func best(_ candidates: [RuleLimits], on half: [Int], _ score: ([Int], RuleLimits) -> Double)
        -> RuleLimits
    {
        let scores = candidates.map { score(half, $0) }
        let top = scores.max()!
        let equal = candidates.indices.filter { scores[$0] > top - 1e-9 }
        return candidates[equal[equal.count / 2]]
    }

    private struct Rule {
        let label: String
        let code: RhythmCode
        let least: Double
        let candidates: [RuleLimits]
        let key: KeyPath<RuleLimits, Double>

        init(
            _ label: String, _ code: RhythmCode, least: Double, _ key: WritableKeyPath<RuleLimits, Double>,
            _ values: [Double]
        ) {
            (self.label, self.code, self.least) = (label, code, least)
            candidates = values.map { value in
                var limits = RuleLimits()
                limits[keyPath: key] = value
                return limits
            }
            self.key = key
        }
    }

    private static var rules: [Rule] {
        [
            Rule("AFIB", .atrialFibrillation, least: 0.93, \.fibrillation, (0 ... 10).map { -3.6 + 0.1 * Double($0) }),
            Rule("CLBBB", .bundleBranchBlockLeft, least: 0.9, \.leftBlockWidth, [120, 124, 128, 130, 132, 136, 140]),
            Rule("CRBBB", .bundleBranchBlockRight, least: 0.9, \.rightBlockWidth, [112, 114, 116, 118, 120, 122, 124]),
            Rule("LAFB", .fascicularBlockLeftAnterior, least: 0.85, \.leftAxis, [-45, -40, -35, -30, -25, -20]),
            // The guideline gives this limit: nothing is chosen.
            Rule("1AVB", .avBlock1, least: 0.85, \.longPR, [200]),
            Rule("PVC", .ventricularPrematureBeats, least: 0.85, \.ventricularWidth, [95, 100, 105, 110, 115, 120]),
            Rule("PAC", .atrialPrematureBeats, least: 0.85, \.earlyShare, [0.8, 0.82, 0.84, 0.86, 0.88, 0.9, 0.92]),
        ]
    }

    @Test func `fibrillation, blocks and premature beats of PTB-XL`() throws {
        let records = try Self.ptbxl()
        for rule in Self.rules {
            let found = rule.candidates.map { limits in
                records.map { record in
                    RhythmFinding.all(in: record.context.with(limits)).contains { $0.code == rule.code }
                }
            }
            let table = { (places: [Int], limits: RuleLimits) in
                let column = found[rule.candidates.firstIndex(of: limits)!]
                var table = FindingTable()
                for place in places {
                    table.add(isLabeled: records[place].labels.contains(rule.label), isFound: column[place])
                }
                return table
            }
            let halves = Self.halves(records.map { $0.labels.contains(rule.label) ? "yes" : "no" })
            var all = FindingTable()
            var chosen: [Double] = []
            for (half, other) in [(0, 1), (1, 0)] {
                let limits = Self.best(rule.candidates, on: halves[other]) { table($0, $1).balanced }
                chosen.append(limits[keyPath: rule.key])
                let scored = table(halves[half], limits)
                all.labeled.hits += scored.labeled.hits
                all.labeled.cases += scored.labeled.cases
                all.others.hits += scored.others.hits
                all.others.cases += scored.others.cases
            }
            print("halves ptbxl", rule.label, all.text, "limits", chosen, "default", RuleLimits()[keyPath: rule.key])
            #expect(all.balanced >= rule.least, "\(rule.label)")
            if rule.label == "AFIB" { #expect(all.sensitivity >= 0.93 && all.specificity >= 0.95) }
        }
    }

    @Test func `classes of hand-held recorders`() throws {
        let reference = try String(contentsOfFile: SharedMaterial.path("data/cinc2017/REFERENCE.csv"), encoding: .utf8)
        let truth = Dictionary(
            uniqueKeysWithValues: reference.split(whereSeparator: \.isNewline).map { line in
                let parts = line.split(separator: ",")
                return (String(parts[0]), String(parts[1].prefix(1)))
            })
        let records = try LabeledRecords.paths("cinc2017").map { path in
            (context: try Self.context(path), label: try #require(truth[String(path.suffix(6))]))
        }
        let candidates = (0 ... 8).map { step in
            var limits = RuleLimits()
            limits.fibrillationInOneLead = 0.8 + 0.1 * Double(step)
            return limits
        }
        let found = candidates.map { limits in
            records.map { ChallengeClass.of($0.context.with(limits)) }
        }
        let counts = { (places: [Int], limits: RuleLimits) -> [String: (hits: Int, truth: Int, found: Int)] in
            let column = found[candidates.firstIndex(of: limits)!]
            var counts: [String: (hits: Int, truth: Int, found: Int)] = [:]
            for place in places {
                if records[place].label == column[place] { counts[column[place], default: (0, 0, 0)].hits += 1 }
                counts[records[place].label, default: (0, 0, 0)].truth += 1
                counts[column[place], default: (0, 0, 0)].found += 1
            }
            return counts
        }
        let f1 = { (count: (hits: Int, truth: Int, found: Int)?) -> Double in
            2 * Double(count?.hits ?? 0) / Double(max(1, (count?.truth ?? 0) + (count?.found ?? 0)))
        }
        let macro = { (counts: [String: (hits: Int, truth: Int, found: Int)]) in
            ["N", "A", "O"].reduce(0) { $0 + f1(counts[$1]) } / 3
        }
        let halves = Self.halves(records.map(\.label))
        var all: [String: (hits: Int, truth: Int, found: Int)] = [:]
        for (half, other) in [(0, 1), (1, 0)] {
            let limits = Self.best(candidates, on: halves[other]) { macro(counts($0, $1)) }
            for (label, count) in counts(halves[half], limits) {
                let sum = all[label, default: (0, 0, 0)]
                all[label] = (sum.hits + count.hits, sum.truth + count.truth, sum.found + count.found)
            }
            print("halves cinc2017 limit", limits.fibrillationInOneLead)
        }
        for label in ["N", "A", "O"] {
            let count = all[label, default: (0, 0, 0)]
            print(
                "halves cinc2017", label, String(format: "F1 %.3f", f1(count)), "sensitivity",
                Proportion(count.hits, of: count.truth).text, "predictivity",
                Proportion(count.hits, of: count.found).text)
        }
        print("halves cinc2017", String(format: "macro F1 %.3f", macro(all)))
        #expect(macro(all) >= 0.7)
    }

    @Test func `rhythms of another machine`() throws {
        let codes: [String: RhythmCode] = [
            "426177001": .sinusBradycardia, "426783006": .sinusRhythm, "427084000": .sinusTachycardia,
            "164889003": .atrialFibrillation,
        ]
        let records = try LabeledRecords.paths("chapman").compactMap { path -> (RhythmContext, RhythmCode)? in
            let diagnoses = try WFDBRecord(path).patient.diagnoses
            guard let truth = diagnoses.compactMap({ codes[$0] }).first else { return nil }
            return (try Self.context(path), truth)
        }
        let candidates = (0 ... 10).map { step in
            var limits = RuleLimits()
            limits.fibrillation = -3.6 + 0.1 * Double(step)
            return limits
        }
        let found = candidates.map { limits in
            records.map { BaseRhythm.findings(in: $0.0.with(limits)).first?.code ?? .undetermined }
        }
        let shares = { (places: [Int], limits: RuleLimits) -> [RhythmCode: Proportion] in
            let column = found[candidates.firstIndex(of: limits)!]
            var shares: [RhythmCode: Proportion] = [:]
            for place in places {
                shares[records[place].1, default: Proportion()].add(column[place] == records[place].1)
            }
            return shares
        }
        let balanced = { (shares: [RhythmCode: Proportion]) in
            shares.values.reduce(0) { $0 + $1.share } / Double(max(1, shares.count))
        }
        let halves = Self.halves(records.map(\.1.rawValue))
        var all: [RhythmCode: Proportion] = [:]
        for (half, other) in [(0, 1), (1, 0)] {
            let limits = Self.best(candidates, on: halves[other]) { balanced(shares($0, $1)) }
            for (code, share) in shares(halves[half], limits) {
                let sum = all[code, default: Proportion()]
                all[code] = Proportion(sum.hits + share.hits, of: sum.cases + share.cases)
            }
            print("halves chapman limit", limits.fibrillation)
        }
        for (code, share) in all.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            print("halves chapman", code.rawValue, "sensitivity", share.text, "of", share.cases)
        }
        print("halves chapman", String(format: "balanced accuracy %.3f", balanced(all)))
        #expect(balanced(all) >= 0.85)
    }
}
