import Foundation
import Signals
import TestSupport
import Testing

@testable import Interpretation

/// Findings on real records against the labels of their databases.
///
/// ALL_RECORDS=1 reads all records and prints tables; else some records are held to limits with a margin.
@Suite struct RhythmFindingSharedTests {
    private static let readsAll = ProcessInfo.processInfo.environment["ALL_RECORDS"] != nil

    /// Counts of a finding against a label.
    private struct Table {
        var (hits, missed, false_, right) = (0, 0, 0, 0)

        mutating func add(isLabeled: Bool, isFound: Bool) {
            switch (isLabeled, isFound) {
            case (true, true): hits += 1
            case (true, false): missed += 1
            case (false, true): false_ += 1
            case (false, false): right += 1
            }
        }

        var sensitivity: Double { Double(hits) / Double(max(1, hits + missed)) }
        var specificity: Double { Double(right) / Double(max(1, right + false_)) }
        var balanced: Double { (sensitivity + specificity) / 2 }

        /// With 95 % intervals of Wilson.
        var text: String {
            let interval = { (count: Int, of: Int) -> String in
                let (n, z) = (Double(max(1, of)), 1.96)
                let share = Double(count) / n
                let middle = (share + z * z / 2 / n) / (1 + z * z / n)
                let half = z * (share * (1 - share) / n + z * z / 4 / n / n).squareRoot() / (1 + z * z / n)
                return String(format: "%.3f (%.3f–%.3f)", share, middle - half, middle + half)
            }
            return "sensitivity \(interval(hits, hits + missed)), specificity \(interval(right, right + false_))"
        }
    }

    private static func records(_ folder: String, step: Int = 10) throws -> [String] {
        let all = try FileManager.default.contentsOfDirectory(atPath: SharedMaterial.path("data/\(folder)"))
            .filter { $0.hasSuffix(".hea") }.sorted().map { "data/\(folder)/\($0.dropLast(4))" }
        return readsAll ? all : stride(from: 0, to: all.count, by: step).map { all[$0] }
    }

    private static func interpretation(_ record: String) throws -> Interpretation {
        let record = try WFDBRecord(SharedMaterial.path(record))
        return Interpretation(of: record.recording, patient: record.patient)
    }

    /// SCP codes by record, of the file whose columns vary; the codes are the only text in braces.
    private static func codes() throws -> [Int: Set<String>] {
        let text = try String(
            contentsOfFile: SharedMaterial.path("data/ptbxl-100hz/ptbxl_database_first998.csv"), encoding: .utf8)
        var codes: [Int: Set<String>] = [:]
        for line in text.split(separator: "\n") {
            guard let number = line.split(separator: ",").first.flatMap({ Int($0) }),
                let open = line.firstIndex(of: "{"),
                let close = line.firstIndex(of: "}")
            else { continue }
            let names = line[open ..< close].split(separator: "'").enumerated().filter { $0.offset % 2 == 1 }
            codes[number] = Set(names.map { String($0.element) })
        }
        return codes
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `fibrillation, blocks and premature beats of PTB-XL are found`() throws {
        let codes = try Self.codes()
        let findings: [(label: String, code: RhythmCode, least: Double)] = [
            ("AFIB", .atrialFibrillation, 0.93), ("CLBBB", .bundleBranchBlockLeft, 0.9),
            ("CRBBB", .bundleBranchBlockRight, 0.9), ("LAFB", .fascicularBlockLeftAnterior, 0.85),
            ("1AVB", .avBlock1, 0.85), ("PVC", .ventricularPrematureBeats, 0.85), ("PAC", .atrialPrematureBeats, 0.8),
        ]
        let reported: [(label: String, code: RhythmCode)] = [
            ("AFLT", .atrialFlutter), ("IRBBB", .bundleBranchBlockRightIncomplete),
            ("LPFB", .fascicularBlockLeftPosterior),
            ("WPW", .preExcitation), ("PACE", .paced), ("SARRH", .sinusArrhythmia), ("STACH", .sinusTachycardia),
            ("SBRAD", .sinusBradycardia),
        ]
        var tables = [String: Table]()
        var walls = [String: Int]()
        var urgent = [String: Int]()
        for record in try Self.records("ptbxl-100hz/records100/00000", step: 40) {
            let number = Int(record.suffix(8).prefix(5))!
            guard let labels = codes[number] else { continue }
            let found = try Self.interpretation(record)
            let all = Set(found.rhythm.map(\.code))
            for (label, code) in findings.map({ ($0.label, $0.code) }) + reported.map({ ($0.label, $0.code) }) {
                tables[label, default: Table()].add(isLabeled: labels.contains(label), isFound: all.contains(code))
            }
            let infarctions = labels.intersection(["AMI", "ASMI", "ALMI", "IMI", "ILMI", "LMI", "IPMI", "IPLMI"])
            let truth = infarctions.isEmpty ? ["none"] : infarctions.sorted()
            let seen = found.origin.compactMap { $0.wall?.rawValue }
            for label in truth {
                for wall in seen.isEmpty ? ["none"] : seen { walls["\(label) → \(wall)", default: 0] += 1 }
            }
            for finding in found.rhythm where finding.code.isUrgent { urgent[finding.code.rawValue, default: 0] += 1 }
            for finding in found.origin where finding.isUrgent { urgent["\(finding.name)", default: 0] += 1 }
        }
        if Self.readsAll {
            for (label, table) in tables.sorted(by: { $0.key < $1.key }) { print("ptbxl", label, table.text) }
            for (pair, count) in walls.sorted(by: { $0.key < $1.key }) { print("ptbxl wall", pair, count) }
            print("ptbxl urgent", urgent)
        }
        for (label, _, least) in findings {
            let table = try #require(tables[label])
            if Self.readsAll { #expect(table.balanced >= least, "\(label): \(table.text)") }
            #expect(table.specificity >= (Self.readsAll ? 0.85 : 0.75), "\(label): \(table.text)")
        }
        let fibrillation = try #require(tables["AFIB"])
        if Self.readsAll { #expect(fibrillation.sensitivity >= 0.93) }
        #expect(fibrillation.specificity >= (Self.readsAll ? 0.95 : 0.9))
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `rhythms of other machines are told apart`() throws {
        let codes: [String: RhythmCode] = [
            "426177001": .sinusBradycardia, "426783006": .sinusRhythm, "427084000": .sinusTachycardia,
            "164889003": .atrialFibrillation, "164890007": .atrialFlutter,
        ]
        var table = [String: [String: Int]]()
        for path in try Self.records("chapman") {
            let record = try WFDBRecord(SharedMaterial.path(path))
            guard let truth = record.patient.diagnoses.compactMap({ codes[$0] }).first else { continue }
            let base: Set<RhythmCode> = Set(codes.values).union([
                .supraventricularTachycardia, .ventricularTachycardia, .junctionalRhythm, .undetermined,
                .idioventricularRhythm, .paced,
            ])
            let found = Interpretation(of: record.recording).rhythm.first { base.contains($0.code) }
            table[truth.rawValue, default: [:]][found?.code.rawValue ?? "none", default: 0] += 1
        }
        if Self.readsAll { for (truth, row) in table.sorted(by: { $0.key < $1.key }) { print("chapman", truth, row) } }
        let scored: [RhythmCode] = [.sinusBradycardia, .sinusRhythm, .sinusTachycardia, .atrialFibrillation]
        let shares = try scored.map { code -> Double in
            let row = try #require(table[code.rawValue])
            return Double(row[code.rawValue] ?? 0) / Double(row.values.reduce(0, +))
        }
        #expect(shares.reduce(0, +) / 4 >= 0.85)
    }

    @Test(.enabled(if: SharedMaterial.isPresent && Speed.isOptimized, "\(Speed.absence)"))
    func `a complete analysis of twelve leads and ten seconds takes at most 20 ms`() throws {
        let recording = try WFDBRecord(SharedMaterial.path("data/ludb/data/1")).recording
        let time = Speed.milliseconds { _ = Interpretation(of: recording) }
        print(String(format: "ludb/1: analysis %.1f ms", time))
        #expect(time <= 20)
    }

    /// The class of the 2017 challenge that the findings amount to.
    private static func challengeClass(_ interpretation: Interpretation) -> String {
        let codes = Set(interpretation.rhythm.map(\.code))
        let beats = interpretation.beats
        if !interpretation.isUsable || beats.clusters.count * 4 > beats.beats.count { return "~" }
        if codes.contains(.atrialFibrillation) { return "A" }
        let rate = interpretation.measurements.heartRate.value ?? 0
        let context = RhythmContext(
            recording: interpretation.recording, beats: beats, measurements: interpretation.measurements)
        let share = { (count: Int) in Double(count) / Double(max(1, beats.beats.count)) }
        let ventricular = share(context.isVentricular.count { $0 })
        let supraventricular = share(beats.beats.count { $0.beatClass == .supraventricular })
        let qrs = interpretation.measurements.qrsDuration.value ?? 0
        let pr = interpretation.measurements.prInterval.value ?? 0
        let isEctopic = ventricular >= 0.04 || supraventricular >= 0.05
        let isOther = isEctopic || rate < 50 || rate > 100 || qrs >= 115 || pr > 230
        return isOther ? "O" : "N"
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `single leads of hand-held recorders are classified`() throws {
        let reference = try String(contentsOfFile: SharedMaterial.path("data/cinc2017/REFERENCE.csv"), encoding: .utf8)
        let truth = Dictionary(
            uniqueKeysWithValues: reference.split(separator: "\n").map { line in
                let parts = line.split(separator: ",")
                return (String(parts[0]), String(parts[1].prefix(1)))
            })
        var pairs: [(truth: String, found: String)] = []
        for path in try Self.records("cinc2017", step: 12) {
            let label = try #require(truth[String(path.suffix(6))])
            pairs.append((label, Self.challengeClass(try Self.interpretation(path))))
        }
        let scores = ["N", "A", "O"].map { label -> Double in
            let hits = pairs.count { $0.truth == label && $0.found == label }
            let all = pairs.count { $0.truth == label } + pairs.count { $0.found == label }
            return 2 * Double(hits) / Double(max(1, all))
        }
        if Self.readsAll { print("cinc2017 F1 of N, A, O", scores) }
        #expect(scores.reduce(0, +) / 3 >= (Self.readsAll ? 0.7 : 0.6))
    }

    @Test(.enabled(if: SharedMaterial.isPresent && readsAll, SharedMaterial.absence))
    func `ventricular fibrillation is found within ten seconds`() throws {
        var (found, episodes, alarms, hours) = (0, 0, 0, 0.0)
        for folder in ["cudb", "mitdb-ds1", "svdb"] {
            for path in try Self.records(folder) {
                let reader = try WFDBRecordReader(SharedMaterial.path(path))
                let recording = try reader.recording(in: 0 ..< reader.sampleCount)
                let quality = recording.leads.map {
                    LeadQuality(name: $0.name, grade: .good, reasons: [], coverage: 1)
                }
                let starts = FibrillationSearch.episodes(in: recording, leads: quality)
                let marks = try reader.annotations("atr", of: SharedMaterial.path(path))
                var truth: [ClosedRange<Double>] = []
                var start: Double?
                for mark in marks {
                    let time = Double(mark.sample) / recording.samplingRate
                    if mark.symbol == "[" { start = time }
                    if mark.symbol == "]", let from = start { (truth, start) = (truth + [from ... time], nil) }
                }
                if let from = start { truth.append(from ... recording.duration) }
                if folder == "cudb" {
                    episodes += truth.count
                    found += truth.count { episode in
                        starts.contains { abs($0.lowerBound - episode.lowerBound) <= 10 }
                    }
                }
                alarms += starts.count { start in
                    !truth.contains { ($0.lowerBound - 12 ... $0.upperBound + 5).contains(start.lowerBound) }
                }
                hours += recording.duration / 3600
            }
        }
        print(
            "ventricular fibrillation:", found, "of", episodes, "within 10 s,", Double(alarms) / hours,
            "alarms per hour")
        #expect(found >= 11)
        #expect(Double(alarms) / hours < 0.5)
    }
}
