import Files
import Foundation
import Signals

/// Lists twelve-lead records with the labels that follow from their diagnostic statements: a data set of recordings.
///
/// Statements come from tables in the folder, with the columns `ecg_id` and `scp_codes` and, if known, `patient_id`,
/// `strat_fold`, `age` and `sex`, as in PTB-XL. A record belongs to the row whose number its name begins with. Without such
/// tables they come from the SNOMED CT codes in the headers (`Dx:`).
public struct RecordingList: Sendable {
    public let mapping: StatementMapping
    /// Listed recordings.
    public private(set) var samples: [Sample] = []
    /// Records that are not listed, because no statement is known.
    public private(set) var unstated = 0
    /// Records that are not listed, because none of their statements stands for a label.
    public private(set) var unlabeled = 0
    /// Records that are not listed, because of their fold.
    public private(set) var excluded = 0

    private static let columns = ["age", "sex"]

    /// Reads statements and headers. No signal is read.
    ///
    /// - Parameters:
    ///   - folder: contains WFDB records, also in subfolders. Of records with one number and different sampling rates
    ///     (`00001_lr`, `00001_hr`), the last in natural order of paths with `suffix` is listed.
    ///   - suffix: the end of the names of the records to list, for example `_lr`; nil lists all.
    ///   - leftOut: folds whose records are not listed.
    /// - Throws: `RenderingError.noRecords`; `CSVError`, `WFDBError`, `FileError`; `DatasetError.noSamples` if nothing is
    ///   left.
    public init(folder: String, mapping: StatementMapping, suffix: String? = nil, leftOut: Set<Int> = []) throws {
        self.mapping = mapping
        let records = try RecordFolder.records(at: folder).filter { suffix.map($0.hasSuffix) ?? true }
        guard !records.isEmpty else { throw RenderingError.noRecords(source: folder) }
        let tables = try Self.tables(in: folder)
        for record in records {
            let name = RecordFolder.name(of: record)
            let facts: Facts?
            if tables.isEmpty {
                facts = try Self.facts(ofHeader: record)
            } else {
                facts = Int(name.prefix { $0.isNumber }).flatMap { tables[$0] }
            }
            guard let facts, !facts.statements.isEmpty else {
                unstated += 1
                continue
            }
            if let fold = facts.fold, leftOut.contains(fold) {
                excluded += 1
                continue
            }
            let labels =
                facts.isSCP
                ? mapping.labels(scp: facts.statements) : mapping.labels(snomed: facts.statements)
            guard !labels.isEmpty else {
                unlabeled += 1
                continue
            }
            samples.append(
                Sample(path: record, labels: labels, group: facts.patient, fold: facts.fold, columns: facts.columns))
        }
        guard !samples.isEmpty else { throw DatasetError.noSamples(path: folder) }
    }

    /// Writes `manifest.csv`, which refers to the records, and `labels.yaml` into a new folder.
    ///
    /// - Parameter copying: whether the records are copied to the subfolder `records`. The digest of such a data set does
    ///   not depend on its place.
    /// - Throws: `OutputFolderError`, `FileError`; `RenderingError.sameName` if two records to copy have one name.
    public func write(to folder: String, copying: Bool = false) throws {
        try OutputFolder.checkIsFree(folder)
        let space = mapping.labelSpace
        var known: [String: String] = [:]
        for sample in samples where copying {
            let name = RecordFolder.name(of: sample.path)
            if let first = known[name] {
                throw RenderingError.sameName(name: name, first: first, second: sample.path)
            }
            known[name] = sample.path
        }
        let rows = samples.map { sample in
            let record = URL(fileURLWithPath: sample.path)
            let way =
                copying
                ? "records"
                : DatasetSelection.relativePath(from: folder, to: record.deletingLastPathComponent().path)
            return [
                "\(way)/\(record.lastPathComponent)", space.joined(sample.labels), sample.group ?? "",
                sample.fold.map(String.init) ?? "",
            ] + Self.columns.map { sample.columns[$0] ?? "" }
        }
        try AtomicFolder.build(folder) { construction in
            try CSVTable(header: ["path", "labels", "group", "fold"] + Self.columns, rows: rows)
                .write(to: "\(construction)/manifest.csv")
            try AtomicFile.write(space.yaml, to: "\(construction)/labels.yaml")
            guard copying else { return }
            try AtomicFile.makeFolder("\(construction)/records")
            for file in try samples.flatMap({ try WFDBHeader.files(ofRecord: $0.path) }) {
                try AtomicFile.write(
                    FileContent.bytes(of: file, limit: .max),
                    to: "\(construction)/records/\(URL(fileURLWithPath: file).lastPathComponent)")
            }
        }
    }

    /// The facts that tables or headers state about a recording.
    private struct Facts {
        var statements: Set<String>
        var isSCP: Bool
        var patient: String?
        var fold: Int?
        var columns: [String: String] = [:]
    }

    /// Reads all tables with statements directly in a folder. If a number has several rows, the first with statements is
    /// used.
    private static func tables(in folder: String) throws -> [Int: Facts] {
        var known: [Int: Facts] = [:]
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.lowercased().hasSuffix(".csv")
        }
        for name in names.sorted(by: NaturalOrder.precedes) {
            // Other tables of PTB-XL have a column without a name.
            let head = try FileHandle(forReadingAtPath: "\(folder)/\(name)")?.read(upToCount: 4096) ?? Data()
            guard String(decoding: head, as: UTF8.self).contains("ecg_id") else { continue }
            let table = try CSVTable(contentsOf: "\(folder)/\(name)")
            guard let id = table.column(named: "ecg_id"), let codes = table.column(named: "scp_codes") else { continue }
            func value(_ row: CSVTable.Row, _ column: String) -> String? {
                table.column(named: column).map { row.fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
            }
            for row in table.rows {
                guard let number = Double(row.fields[id]).flatMap(Int.init(exactly:)) else { continue }
                let statements = statements(in: row.fields[codes])
                guard !statements.isEmpty, known[number] == nil else { continue }
                var facts = Facts(statements: statements, isSCP: true)
                facts.patient = value(row, "patient_id").map {
                    Double($0).flatMap(Int.init(exactly:)).map(String.init) ?? $0
                }
                facts.fold = value(row, "strat_fold").flatMap(Double.init).flatMap(Int.init(exactly:))
                facts.columns["age"] = value(row, "age")
                facts.columns["sex"] = value(row, "sex").flatMap(sex)
                known[number] = facts
            }
        }
        return known
    }

    /// The statements of a text such as `{'NORM': 100.0, 'SR': 0.0}`, whatever their likelihood.
    private static func statements(in text: String) -> Set<String> {
        let parts = text.split(whereSeparator: { $0 == "'" || $0 == "\"" }).map(String.init)
        return Set(parts.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
    }

    /// PTB-XL writes 0 for male and 1 for female.
    private static func sex(_ text: String) -> String? {
        switch text.lowercased() {
        case "0", "male", "m": "male"
        case "1", "female", "f": "female"
        default: nil
        }
    }

    private static func facts(ofHeader record: String) throws -> Facts {
        let patient = Patient(comments: try WFDBHeader(contentsOf: record + ".hea").comments)
        var facts = Facts(statements: Set(patient.diagnoses), isSCP: false)
        // Each record without a known patient is taken for a patient of its own.
        facts.patient = RecordFolder.name(of: record)
        facts.columns["age"] = patient.age.map { "\(Int($0))" }
        facts.columns["sex"] = patient.sex?.rawValue
        return facts
    }
}
