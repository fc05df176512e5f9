import Foundation
import Signals
import TestSupport
import Testing

@testable import Interpretation

/// Findings on real records against the labels of their databases.
///
/// ALL_RECORDS=1 reads all records and prints tables; else some records are held to limits with a margin.
@Suite struct RhythmFindingSharedTests {
    private static let readsAll = LabeledRecords.readsAll

    private static func interpretation(_ path: String) throws -> Interpretation {
        let record = try WFDBRecord(path)
        return Interpretation(of: record.recording, patient: record.patient)
    }

    /// Its beats have the same small wave, too unclear for an irregular rhythm.
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `sinus rhythm is not explained by P waves before none of the beats`() throws {
        let path = SharedMaterial.path("data/ptbxl-100hz/records100/00000/00091_lr")
        let first = try #require(try Self.interpretation(path).rhythm.first)
        #expect(first.code == .sinusRhythm && first.evidence.first == "a P wave that is too unclear to measure")
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `fibrillation, blocks and premature beats of PTB-XL are found`() throws {
        let codes = try LabeledRecords.ptbxlCodes()
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
        var tables = [String: FindingTable]()
        var urgent = [String: Int]()
        for record in try LabeledRecords.paths("ptbxl-100hz/records100/00000", step: 40) {
            let number = Int(record.suffix(8).prefix(5))!
            guard let labels = codes[number] else { continue }
            let found = try Self.interpretation(record)
            let all = Set(found.rhythm.map(\.code))
            for (label, code) in findings.map({ ($0.label, $0.code) }) + reported.map({ ($0.label, $0.code) }) {
                tables[label, default: FindingTable()].add(
                    isLabeled: labels.contains(label), isFound: all.contains(code))
            }
            for finding in found.rhythm where finding.code.isUrgent { urgent[finding.code.rawValue, default: 0] += 1 }
            for finding in found.origin where finding.isUrgent { urgent["\(finding.name)", default: 0] += 1 }
        }
        if Self.readsAll {
            for (label, table) in tables.sorted(by: { $0.key < $1.key }) { print("ptbxl", label, table.text) }
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
    func `rhythms of other machines are distinguished`() throws {
        let codes: [String: RhythmCode] = [
            "426177001": .sinusBradycardia, "426783006": .sinusRhythm, "427084000": .sinusTachycardia,
            "164889003": .atrialFibrillation, "164890007": .atrialFlutter,
        ]
        var table = [String: [String: Int]]()
        for path in try LabeledRecords.paths("chapman") {
            let record = try WFDBRecord(path)
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

    @Test(.enabled(if: SharedMaterial.isPresent && readsAll, LabeledRecords.absence))
    func `ventricular fibrillation is found within ten seconds`() throws {
        var (found, episodes, alarms, hours) = (0, 0, 0, 0.0)
        for folder in ["cudb", "mitdb-ds1", "svdb"] {
            for path in try LabeledRecords.paths(folder) {
                let reader = try WFDBRecordReader(path)
                let recording = try reader.recording(in: 0 ..< reader.sampleCount)
                let quality = recording.leads.map {
                    LeadQuality(name: $0.name, grade: .good, reasons: [], coverage: 1)
                }
                let starts = FibrillationSearch.episodes(in: recording, leads: quality)
                let marks = try reader.annotations("atr", of: path)
                let truth = LabeledRecords.flutter(marks, end: reader.sampleCount).map {
                    Double($0.lowerBound) / recording.samplingRate ... Double($0.upperBound) / recording.samplingRate
                }
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

    /// Records that no limit was chosen on. The labels have no premature ventricular beats and no pacing.
    @Test(.enabled(if: SharedMaterial.isPresent && readsAll, LabeledRecords.absence))
    func `fibrillation and blocks of other records of PTB-XL are found`() throws {
        let codes = try LabeledRecords.morePTBXLCodes()
        let findings: [(label: String, code: RhythmCode, least: Double)] = [
            ("AFIB", .atrialFibrillation, 0.93), ("CLBBB", .bundleBranchBlockLeft, 0.9),
            ("LAFB", .fascicularBlockLeftAnterior, 0.85), ("1AVB", .avBlock1, 0.8), ("PAC", .atrialPrematureBeats, 0.7),
            ("IRBBB", .bundleBranchBlockRightIncomplete, 0.7), ("AFLT", .atrialFlutter, 0.5),
            ("SARRH", .sinusArrhythmia, 0.7), ("STACH", .sinusTachycardia, 0.8), ("SBRAD", .sinusBradycardia, 0.8),
        ]
        var tables = [String: FindingTable]()
        var urgent = [String: Int]()
        for path in try LabeledRecords.paths("ptbxl-100hz/records100/01000") {
            guard let labels = codes[Int(path.suffix(8).prefix(5))!] else { continue }
            let found = try Self.interpretation(path)
            let all = Set(found.rhythm.map(\.code))
            for (label, code, _) in findings {
                tables[label, default: FindingTable()].add(
                    isLabeled: labels.contains(label), isFound: all.contains(code))
            }
            for finding in found.rhythm where finding.code.isUrgent { urgent[finding.code.rawValue, default: 0] += 1 }
        }
        for (label, _, least) in findings {
            let table = try #require(tables[label])
            print("ptbxl 01000", label, table.text)
            #expect(table.balanced >= least, "\(label)")
        }
        print("ptbxl 01000 urgent", urgent)
    }

    /// Annotated rhythms and the findings that stand for them. In bigeminy, trigeminy and pre-excitation the rhythm
    /// between the beats is sinus rhythm.
    private static let rhythms: [(name: String, marks: Set<String>, codes: Set<RhythmCode>)] = [
        (
            "sinus", ["(N", "(SBR", "(B", "(T", "(PREX"], [.sinusRhythm, .sinusBradycardia, .sinusTachycardia]
        ), ("fibrillation or flutter", ["(AFIB", "(AFL"], [.atrialFibrillation, .atrialFlutter]),
        ("supraventricular tachycardia", ["(SVTA"], [.supraventricularTachycardia]),
        ("ventricular run or tachycardia", ["(VT"], [.ventricularTachycardia, .ventricularRun]),
        ("ventricular flutter", ["(VFL"], [.ventricularFibrillation, .ventricularFlutter]),
        ("bigeminy", ["(B"], [.ventricularBigeminy]), ("trigeminy", ["(T"], [.ventricularTrigeminy]),
        ("idioventricular", ["(IVR"], [.idioventricularRhythm]), ("junctional", ["(NOD"], [.junctionalRhythm]),
        ("pre-excitation", ["(PREX"], [.preExcitation]),
    ]

    /// The seconds of each rhythm that are found, missed and false, by record.
    @Test(.enabled(if: SharedMaterial.isPresent && readsAll, LabeledRecords.absence))
    func `rhythms of half-hour records hold when they are annotated`() throws {
        var all = [String: (right: Double, missed: Double, false_: Double)]()
        var alarms = [String: Int]()
        for path in try LabeledRecords.paths("mitdb-ds1") {
            let reader = try WFDBRecordReader(path)
            let marks = try reader.annotations("atr", of: path).filter { $0.symbol == "+" }
            let interpretation = try Self.interpretation(path)
            let recording = interpretation.recording
            // Tenths of a second.
            let count = Int(10 * recording.duration)
            let places = { (from: Double, to: Double) in
                (max(0, Int(10 * from)) ..< max(0, Int(10 * to))).clamped(to: 0 ..< count)
            }
            for rhythm in Self.rhythms {
                var truth = [Bool](repeating: false, count: count)
                var found = truth
                for (number, mark) in marks.enumerated() {
                    let name = mark.text.prefix { $0 != "\0" }.trimmingCharacters(in: .whitespaces)
                    guard rhythm.marks.contains(name) else { continue }
                    let end = number + 1 < marks.count ? marks[number + 1].sample : recording.sampleCount
                    for place in places(
                        Double(mark.sample) / recording.samplingRate, Double(end) / recording.samplingRate)
                    {
                        truth[place] = true
                    }
                }
                for finding in interpretation.rhythm where rhythm.codes.contains(finding.code) {
                    for episode in finding.episodes {
                        for place in places(episode.lowerBound, episode.upperBound) { found[place] = true }
                    }
                }
                let seconds = { (isTrue: Bool, isFound: Bool) in
                    Double(zip(truth, found).count { $0 == isTrue && $1 == isFound }) / 10
                }
                let (right, missed, false_) = (seconds(true, true), seconds(true, false), seconds(false, true))
                if missed > 5 || false_ > 5 {
                    print("mitdb-ds1", path.suffix(3), rhythm.name, "right", right, "missed", missed, "false", false_)
                }
                let sum = all[rhythm.name, default: (0, 0, 0)]
                all[rhythm.name] = (sum.right + right, sum.missed + missed, sum.false_ + false_)
            }
            for finding in interpretation.rhythm where finding.code.isUrgent {
                print("mitdb-ds1", path.suffix(3), "urgent", finding.code.rawValue, finding.episodes, finding.evidence)
                alarms[finding.code.rawValue, default: 0] += 1
            }
        }
        for (name, _, _) in Self.rhythms {
            let (right, missed, false_) = all[name]!
            print(
                "mitdb-ds1", name,
                String(
                    format: "%.0f s annotated, sensitivity %.3f, predictivity %.3f", right + missed,
                    right / max(1, right + missed), right / max(1, right + false_)))
        }
        print("mitdb-ds1 urgent", alarms)
        let (sinus, fibrillation) = (all["sinus"]!, all["fibrillation or flutter"]!)
        #expect(sinus.right >= 0.95 * (sinus.right + sinus.missed))
        #expect(fibrillation.right >= 0.95 * (fibrillation.right + fibrillation.missed))
        #expect(fibrillation.right >= 0.75 * (fibrillation.right + fibrillation.false_))
    }

    /// Groups of ventricular beats made from beat annotations by the same definitions, counted as events.
    @Test(.enabled(if: SharedMaterial.isPresent && readsAll, LabeledRecords.absence), arguments: ["mitdb-ds1", "svdb"])
    func `couplets, runs and bigeminy are those of the annotated beats`(folder: String) throws {
        var found = [RhythmCode: Proportion]()
        var right = [RhythmCode: Proportion]()
        for path in try LabeledRecords.paths(folder) {
            let interpretation = try Self.interpretation(path)
            let rate = interpretation.recording.samplingRate
            let marks = try WFDBAnnotations.read(path + ".atr", samplingRate: rate)
                .filter { LabeledRecords.beatSymbols.contains($0.symbol) }
            let times = marks.map { Double($0.sample) / rate }
            let isVentricular = marks.map { LabeledRecords.aamiClass($0.symbol) == .ventricular }
            var truth: [RhythmCode: [ClosedRange<Double>]] = [:]
            var first = 0
            while first < marks.count {
                guard isVentricular[first] else {
                    first += 1
                    continue
                }
                var last = first
                while last + 1 < marks.count, isVentricular[last + 1], times[last + 1] - times[last] < 1.5 { last += 1 }
                let span = times[first] ... times[last]
                let count = last - first + 1
                if count == 2 { truth[.ventricularCouplet, default: []].append(span) }
                if count >= 3, 60 * Double(count - 1) / (times[last] - times[first]) > 100 {
                    truth[.ventricularRun, default: []].append(span)
                }
                first = last + 1
            }
            let places = isVentricular.indices.filter { isVentricular[$0] }
            var start = 0
            for (number, place) in places.enumerated() {
                if number > 0, place - places[number - 1] != 2 { start = number }
                let isEnd = number + 1 == places.count || places[number + 1] - place != 2
                if isEnd, number - start >= 2 {
                    truth[.ventricularBigeminy, default: []].append(times[places[start]] ... times[place])
                }
            }
            for code in [RhythmCode.ventricularCouplet, .ventricularRun, .ventricularBigeminy] {
                let episodes = interpretation.rhythm.filter {
                    $0.code == code || code == .ventricularRun && $0.code == .ventricularTachycardia
                }.flatMap(\.episodes)
                for span in truth[code] ?? [] {
                    found[code, default: Proportion()].add(episodes.contains { $0.overlaps(span) })
                }
                for episode in episodes {
                    right[code, default: Proportion()].add(truth[code]?.contains { $0.overlaps(episode) } ?? false)
                }
            }
        }
        for code in [RhythmCode.ventricularCouplet, .ventricularRun, .ventricularBigeminy] {
            print(
                folder, code.rawValue, "sensitivity", found[code, default: Proportion()].text, "of",
                found[code, default: Proportion()].cases, "predictivity", right[code, default: Proportion()].text, "of",
                right[code, default: Proportion()].cases)
        }
        #expect(found[.ventricularCouplet]!.share >= 0.6 && right[.ventricularCouplet]!.share >= 0.5)
    }
}
