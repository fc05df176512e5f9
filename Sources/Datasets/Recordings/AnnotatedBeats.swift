import Files
import Foundation
import Signals

extension Dataset {
    /// Lists the annotated beats of WFDB records: a data set whose samples are beats in their rhythm.
    ///
    /// A sample is named by its record and its annotation, for example `100#12345`. Its label is the AAMI class of the
    /// annotation, and its group the record. Beats of classes outside the label space are left out, and so are records
    /// with paced beats, as in EC57. The records 201 and 202 of MIT-BIH are of one patient, thus one group.
    ///
    /// - Parameters:
    ///   - source: a folder of annotated records (`.hea` and `.atr`), several folders separated by colons, one record, or
    ///     a folder with `manifest.csv` whose paths are records. Its columns group, split and fold apply to all beats of the record.
    ///   - labelSpace: the classes; nil for `labels.yaml` in the folder, else N S V F Q.
    ///   - skippingMissing: whether listed records that do not exist are skipped and listed in `missing`.
    /// - Throws: `RenderingError.noRecords`, `.noAnnotations`, `.onlyPaced`; `DatasetError`, `LabelSpaceError`,
    ///   `CSVError`, `WFDBError` or `FileError`.
    public init(beatsOf source: String, labelSpace: LabelSpace? = nil, skippingMissing: Bool = false) throws {
        let list = try Self.records(of: source, labelSpace, skippingMissing: skippingMissing)
        var samples: [Sample] = []
        var (paced, silent): ([String], [String]) = ([], [])
        for record in list.records {
            let path = Self.join(list.root, record.path)
            guard let beats = try AnnotatedBeats(of: path) else {
                silent.append(record.path)
                continue
            }
            guard !beats.isPaced else {
                paced.append(record.path)
                continue
            }
            for (sample, code) in zip(beats.samples, beats.codes) {
                guard let label = list.space.index(ofCode: code) else { continue }
                samples.append(
                    Sample(
                        path: AnnotatedBeats.name(of: sample, in: record.path), labels: [label],
                        group: record.group ?? RecordFolder.name(of: record.path), part: record.part,
                        fold: record.fold, columns: record.columns))
            }
        }
        guard !samples.isEmpty else {
            if !paced.isEmpty { throw RenderingError.onlyPaced(source: source, records: paced) }
            throw RenderingError.noAnnotations(record: Self.join(list.root, list.records[0].path))
        }
        var notes = list.notes
        if !paced.isEmpty { notes.append(.pacedRecords(paced)) }
        if !silent.isEmpty { notes.append(.recordsWithoutAnnotations(silent)) }
        self.init(root: list.root, labelSpace: list.space, samples: samples, missing: list.missing, notes: notes)
    }

    private struct RecordList {
        var root: String
        var space: LabelSpace
        var records: [Sample]
        var missing: [String] = []
        var notes: [DataWarning] = []
    }

    /// The records of a source, as samples without labels.
    private static func records(
        of source: String, _ labelSpace: LabelSpace?, skippingMissing: Bool
    ) throws -> RecordList {
        let space = try labelSpace ?? ownLabelSpace(of: source) ?? .aamiBeats
        let file = join(source, "manifest.csv")
        if FileManager.default.fileExists(atPath: file) {
            let manifest = try Manifest(
                contentsOf: file, labelSpace: space, skippingMissing: skippingMissing, isLabeled: false)
            return RecordList(
                root: source, space: space, records: manifest.samples, missing: manifest.missing, notes: manifest.notes)
        }
        let folders = source.split(separator: ":").map(String.init)
        let paths = try folders.flatMap { try RecordFolder.records(at: $0) }
        var isFolder: ObjCBool = false
        let isRecord =
            !FileManager.default.fileExists(atPath: folders[0], isDirectory: &isFolder) || !isFolder.boolValue
        let root = folders.count == 1 && !isRecord ? source : commonFolder(of: paths)
        var list = RecordList(root: root.isEmpty ? "." : root, space: space, records: [])
        var first: [String: String] = [:]
        let twins = try onePatient(among: paths)
        for path in paths {
            let name = RecordFolder.name(of: path)
            if let other = first[name] { throw RenderingError.sameName(name: name, first: other, second: path) }
            first[name] = path
            list.records.append(
                Sample(
                    path: Self.path(path, below: root), labels: [], group: twins.contains(name) ? twins[0] : nil))
        }
        if !twins.isEmpty { list.notes.append(.recordsOfOnePatient(twins)) }
        return list
    }

    /// The records 201 and 202 of MIT-BIH, if both are present.
    ///
    /// - Source: MIT-BIH Arrhythmia Database Directory, introduction: 47 patients, 201 and 202 are of the same man.
    private static func onePatient(among paths: [String]) throws -> [String] {
        let found = try paths.filter { path in
            guard ["201", "202"].contains(RecordFolder.name(of: path)) else { return false }
            return try WFDBHeader(contentsOf: path + ".hea").samplingRate == 360
        }
        return found.count == 2 ? found.map(RecordFolder.name(of:)) : []
    }
}

/// The beats that a record's annotations (`.atr`) mark.
public struct AnnotatedBeats: Sendable {
    /// Samples of the record, ascending and different.
    public let samples: [Int]
    /// The AAMI class of each beat: N, S, V, F or Q.
    public let codes: [String]
    /// Whether a beat is paced.
    public let isPaced: Bool

    /// Reads the annotations of a record; nil if it has none.
    ///
    /// - Parameter record: its path without an extension.
    /// - Throws: `WFDBError`, `FileError`.
    public init?(of record: String) throws {
        let path = record + ".atr"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let header = try WFDBHeader(contentsOf: record + ".hea")
        var marks: [(sample: Int, code: String)] = []
        var isPaced = false
        for mark in try WFDBAnnotations.read(path, samplingRate: header.samplingRate) {
            guard let code = AAMIBeat.code(ofSymbol: mark.symbol) else { continue }
            if mark.symbol == AAMIBeat.paced { isPaced = true }
            marks.append((mark.sample, code))
        }
        marks.sort { $0.sample < $1.sample }
        marks = marks.enumerated().filter { $0.offset == 0 || marks[$0.offset - 1].sample < $0.element.sample }
            .map(\.element)
        guard !marks.isEmpty else { return nil }
        (samples, codes, self.isPaced) = (marks.map(\.sample), marks.map(\.code), isPaced)
    }

    /// Returns the name of a sample: `100#12345`.
    public static func name(of sample: Int, in record: String) -> String { "\(record)#\(sample)" }

    /// Returns the last part of a name's record, for example `100`; nil for other names.
    public static func recordName(_ name: String) -> String? { place(name).map { RecordFolder.name(of: $0.record) } }

    /// Returns the record and the sample of a name; nil for other names.
    public static func place(_ name: String) -> (record: String, sample: Int)? {
        guard let mark = name.lastIndex(of: "#"), let sample = Int(name[name.index(after: mark)...]) else { return nil }
        return (String(name[..<mark]), sample)
    }
}
