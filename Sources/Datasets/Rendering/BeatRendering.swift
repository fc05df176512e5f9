import Files
import Foundation
import Imaging
import LinearAlgebra
import PageDrawing
import Signals

/// Draws the annotated beats of WFDB records like the public ECG image set, with one ink for all classes.
///
/// The set is a folder with `manifest.csv`, `labels.yaml` and a subfolder of PNG files for each record. The manifest's
/// columns are path, labels, group (the record) and fold, and the annotation's symbol, record, lead and sample.
public struct BeatRendering: Sendable {
    public enum Leads: Sendable, Equatable {
        /// The lead with this name; `II` also matches `MLII`.
        case named(String)
        case all
    }

    public var leads = Leads.named("II")
    /// The classes to draw; beats of other classes are left out.
    public var labelSpace = LabelSpace.aamiBeats
    /// The maximum number of beats of each class, in total and per record, chosen at random.
    public var perClass: Int?
    public var perRecord: Int?
    /// Whether records with paced beats are drawn.
    public var keepsPaced = false
    /// The number of folds of whole records. With fewer records there are no folds.
    public var folds = 4
    public var seed: UInt64 = 1
    public var style = BeatRendering.publicStyle

    public init() {}

    /// The style of the public set, in black instead of the class's color: 432 × 288 pixels, lines 3 pixels wide.
    public static let publicStyle = DrawingStyle(width: 432, height: 288, lineWidth: 3)

    /// The beat's frame, measured on the public set: 187 samples from x = 69.2 to 373.6, the lowest at y = 242.1.
    static let publicFrame = Frame(left: 69.22, top: 44.44, width: 304.36, height: 197.67)

    /// The frame on a page of this style.
    private var frame: Frame {
        let (x, y) = (Double(style.width) / 432, Double(style.height) / 288)
        let frame = Self.publicFrame
        return Frame(left: frame.left * x, top: frame.top * y, width: frame.width * x, height: frame.height * y)
    }

    /// Notes on omitted beats and records.
    public typealias Notes = [String]

    /// Writes a complete set, or nothing.
    ///
    /// - Parameters:
    ///   - source: a folder of records, or one record.
    ///   - folder: must be new or empty. It is created when the set is complete.
    ///   - progress: receives the numbers of finished and of all pictures after each picture, from any thread.
    /// - Throws: `WFDBError`, `RenderingError`, `OutputFolderError`, `FileError`.
    public func write(
        _ source: String, to folder: String, workers: Workers = .all,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws -> Notes {
        try OutputFolder.checkIsFree(folder)
        var (records, notes) = try readRecords(source, workers: workers)
        var beats = records.indices.flatMap { record in
            records[record].beats.indices.map { (record: record, beat: $0) }
        }
        beats = chosen(beats) { records[$0.record].beats[$0.beat].code }
        guard !beats.isEmpty else {
            throw RenderingError.nothingToDraw(source: source, reason: "no complete beat of the labels is annotated")
        }
        let rows = beats.map { records[$0.record].beats[$0.beat] }
        let folds = try recordFolds(of: rows, notes: &notes)
        let (all, drawing, frame) = (records, TraceDrawing(style: style), frame)
        let places = beats
        try AtomicFolder.build(folder) { construction in
            for name in Set(rows.map(\.record)) { try AtomicFile.makeFolder("\(construction)/\(name)") }
            let done = Counter()
            _ = try workers.map(places.count) { index, _ in
                let beat = all[places[index].record].beats[places[index].beat]
                try AtomicFolder.write(
                    drawing.page(of: [beat.window.trace(in: frame)]).pngData(),
                    to: "\(construction)/\(path(of: beat))")
                progress?(done.next(), places.count)
            }
            try manifest(rows, folds: folds).write(to: "\(construction)/manifest.csv")
            try AtomicFile.write(labelSpace.yaml, to: "\(construction)/labels.yaml")
        }
        return notes
    }
}

extension BeatRendering {
    /// One beat in one lead.
    struct Beat: Sendable {
        let record: String
        let lead: String
        let sample: Int
        let symbol: String
        let code: String
        let window: BeatWindow
    }

    /// A record's beats in time order, lead by lead.
    struct Record: Sendable {
        var beats: [Beat] = []
        var isPaced = false
        /// The number of beats whose window leaves the recording or contains a gap.
        var cutOff = 0
        /// The number of beats of other classes.
        var otherClass = 0
        /// The lead that replaces a missing one.
        var substitute: String?
    }

    private func readRecords(_ source: String, workers: Workers) throws -> (records: [Record], notes: Notes) {
        let paths = try RecordFolder.records(at: source)
        let names = paths.map(RecordFolder.name(of:))
        var first: [String: String] = [:]
        for (path, name) in zip(paths, names) {
            if let other = first[name] { throw RenderingError.sameName(name: name, first: other, second: path) }
            first[name] = path
        }
        var notes: Notes = []
        let annotated = paths.filter { FileManager.default.fileExists(atPath: $0 + ".atr") }
        guard !annotated.isEmpty else { throw RenderingError.noAnnotations(record: paths[0]) }
        if annotated.count < paths.count {
            notes.append("\(paths.count - annotated.count) of \(paths.count) records have no annotations (.atr)")
        }
        let all = try workers.map(annotated.count) { index, _ in try record(annotated[index]) }
        let annotatedNames = annotated.map(RecordFolder.name(of:))
        let paced = zip(annotatedNames, all).filter { $1.isPaced && !keepsPaced }.map(\.0)
        let records = all.filter { keepsPaced || !$0.isPaced }
        guard !records.isEmpty else { throw RenderingError.onlyPaced(source: source, records: paced) }
        if !paced.isEmpty {
            notes.append(
                "Records with paced beats are left out, as in EC57: \(paced.joined(separator: ", "))")
        }
        for (name, record) in zip(annotatedNames, all) {
            if let substitute = record.substitute {
                notes.append("Record \(name) does not have the requested lead. Drawn instead: \(substitute)")
            }
        }
        let cutOff = records.reduce(0) { $0 + $1.cutOff }
        if cutOff > 0 { notes.append("\(cutOff) beats are left out: incomplete, with a gap, or flat") }
        let others = records.reduce(0) { $0 + $1.otherClass }
        if others > 0 {
            notes.append(
                "\(others) beats are left out: their class is none of \(labelSpace.codes.joined(separator: ", "))")
        }
        return (records, notes)
    }

    private func record(_ path: String) throws -> Record {
        let recording = try WFDBRecord(path).recording
        let marks = try WFDBAnnotations.read(path + ".atr", samplingRate: recording.samplingRate)
            .filter { AAMIBeat.code(ofSymbol: $0.symbol) != nil }
            .sorted { $0.sample < $1.sample }
        var record = Record()
        record.isPaced = marks.contains { $0.symbol == AAMIBeat.paced }
        if record.isPaced && !keepsPaced { return record }
        for lead in try chosenLeads(of: recording, in: path, substitute: &record.substitute) {
            let cutter = BeatCutter(
                lead: lead, samplingRate: recording.samplingRate, beats: marks.map(\.sample))
            for (index, mark) in marks.enumerated() {
                guard let code = AAMIBeat.code(ofSymbol: mark.symbol), labelSpace.index(ofCode: code) != nil else {
                    record.otherClass += 1
                    continue
                }
                guard let window = cutter.window(ofBeat: index) else {
                    record.cutOff += 1
                    continue
                }
                record.beats.append(
                    Beat(
                        record: RecordFolder.name(of: path), lead: lead.name, sample: mark.sample,
                        symbol: mark.symbol, code: code, window: window))
            }
        }
        return record
    }

    private func chosenLeads(
        of recording: Recording, in path: String, substitute: inout String?
    ) throws -> [Recording.Lead] {
        guard case .named(let name) = leads else { return recording.leads }
        if let lead = recording.lead(named: name) { return [lead] }
        // By default, a record without lead II is drawn with another lead.
        guard leads == BeatRendering().leads else {
            throw RenderingError.noLead(record: path, wanted: name, found: recording.leads.map(\.name))
        }
        substitute = recording.leads[0].name
        return [recording.leads[0]]
    }

    /// Returns at most `perRecord` items of each class per record and then `perClass` in total, in their order.
    private func chosen<Item>(
        _ items: [(record: Int, beat: Item)], code: ((record: Int, beat: Item)) -> String
    ) -> [(record: Int, beat: Item)] {
        func limited(_ places: [Int], to limit: Int?, by key: (Int) -> String) -> [Int] {
            guard let limit else { return places }
            let kept = Dictionary(grouping: places, by: key).flatMap { key, places in
                var generator = SeededGenerator(seed: seed, purpose: "rendered beats/\(key)")
                return generator.shuffled(places).prefix(limit)
            }
            return kept.sorted()
        }
        let inRecords = limited(Array(items.indices), to: perRecord) { "\(items[$0].record)/\(code(items[$0]))" }
        return limited(inRecords, to: perClass) { code(items[$0]) }.map { items[$0] }
    }

    /// Returns the fold of each beat, from 1; nil if there are too few records.
    private func recordFolds(of beats: [Beat], notes: inout Notes) throws -> [Int]? {
        guard folds >= 2 else { return nil }
        guard Set(beats.map(\.record)).count >= folds else {
            notes.append("There are fewer records than \(folds) folds: the manifest has no fold column")
            return nil
        }
        var truth = LabelMatrix(rows: beats.count, columns: labelSpace.count)
        for (row, beat) in beats.enumerated() {
            if let label = labelSpace.index(ofCode: beat.code) { truth[row, label] = true }
        }
        let assigned = try Folds.grouped(
            truth, codes: labelSpace.codes, groups: beats.map(\.record), count: folds, seed: seed)
        notes += assigned.warnings.map(\.description)
        return assigned.assignment.map { $0 + 1 }
    }

    private func path(of beat: Beat) -> String {
        let digits = String(beat.sample)
        let number = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
        let lead = beat.lead.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return "\(beat.record)/\(beat.record)-\(String(lead))-\(number).png"
    }

    private func manifest(_ beats: [Beat], folds: [Int]?) -> CSVTable {
        let fold = folds == nil ? [] : ["fold"]
        return CSVTable(
            header: ["path", "labels", "group"] + fold + ["symbol", "record", "lead", "sample"],
            rows: beats.enumerated().map { row, beat in
                [path(of: beat), beat.code, beat.record] + (folds.map { ["\($0[row])"] } ?? [])
                    + [beat.symbol, beat.record, beat.lead, "\(beat.sample)"]
            })
    }
}

extension LabelSpace {
    /// The classes of `aami` that occur in MIT-BIH: N S V F Q.
    public static let aamiBeats = LabelSpace(
        name: "aami-beats", version: 1, labels: LabelSpace.aami.labels.filter { $0.code != "M" })
}
