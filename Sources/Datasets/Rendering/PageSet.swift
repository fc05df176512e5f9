import Files
import Foundation
import LinearAlgebra
import PageDrawing
import Signals

/// Draws recordings as a set of pages, with the truth and the recording next to each picture.
///
/// The set is a folder with `manifest.csv` and, for each page, a picture (PNG, or JPEG where the page is degraded by
/// it), the truth as JSON, and the drawn part of the recording as a WFDB record (`.hea`, `.dat`).
package struct PageSet: Sendable {
    /// A page to draw.
    package struct Item: Sendable {
        /// The name of the page's files.
        package var name: String
        /// The record or patient.
        package var group: String
        /// Codes joined by `|`; empty if unknown.
        package var labels = ""
        package var fold: Int?
        package var recording: @Sendable () throws -> (Recording, Patient)
    }

    /// nil for a random layout of those that the leads allow.
    package var layout: DrawingLayout?
    /// nil for a random style for each page.
    package var style: PageStyle?
    package var level = PageDegradation.Level.none
    /// Pixels per inch of pages without degradation.
    package var dpi = 200.0
    package var seed: UInt64 = 1

    package init() {}

    /// Writes a complete set, or nothing. Page i depends only on the seed and on its item.
    ///
    /// - Parameters:
    ///   - folder: must be new or empty. It is created when the set is complete.
    ///   - extra: further files of the folder, by name.
    ///   - progress: receives the numbers of finished and of all pages after each page, from any thread.
    /// - Throws: `OutputFolderError`, `RenderingError`, `WFDBError`, `FileError`.
    package func write(
        _ items: [Item], to folder: String, extra: [String: String] = [:], workers: Workers = .all,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws {
        try OutputFolder.checkIsFree(folder)
        try AtomicFolder.build(folder) { construction in
            let done = Counter()
            let rows = try workers.map(items.count) { index, _ in
                let row = try write(items[index], index: index, to: construction)
                progress?(done.next(), items.count)
                return row
            }
            try CSVTable(header: Self.columns, rows: rows).write(to: "\(construction)/manifest.csv")
            for (name, text) in extra { try AtomicFile.write(text, to: "\(construction)/\(name)") }
        }
    }

    private static let columns = [
        "path", "labels", "group", "fold", "record", "truth", "layout", "grid", "mm_per_s", "mm_per_mv", "dpi",
        "degradations",
    ]

    /// - Returns: the page's row of the manifest.
    private func write(_ item: Item, index: Int, to folder: String) throws -> [String] {
        let (recording, patient) = try item.recording()
        var random = SeededGenerator(seed: seed, purpose: "page style", index: index)
        let pageStyle = style ?? PageStyle.random(using: &random)
        let chosen = try layout ?? Self.layout(for: recording, using: &random)
        let stripLeads = Self.stripLeads(of: recording, using: &random)
        let degradation = PageDegradation.drawn(level, seed: random.next())
        let page: DegradedPage
        do {
            let drawing = try PageDrawing(of: recording, layout: chosen, style: pageStyle, leads: stripLeads)
            page = try DegradedPage(drawing, degradation, dpi: dpi)
        } catch let error as PageDrawingError {
            throw RenderingError.cannotDraw(record: item.name, reason: "\(error)")
        }
        let picture = "\(item.name).\(page.fileExtension)"
        try AtomicFolder.write(page.file, to: "\(folder)/\(picture)")
        try AtomicFolder.write(page.truth.json(), to: "\(folder)/\(item.name).json")
        var writer = WFDBRecordWriter()
        writer.patient = patient
        try writer.write(recording, to: "\(folder)/\(item.name)")
        let gains = Set([pageStyle.limbGain, pageStyle.chestGain]).sorted().map { "\(Int($0))" }
        return [
            picture, item.labels, item.group, item.fold.map(String.init) ?? "", item.name, "\(item.name).json",
            page.truth.layout,
            pageStyle.grid.rawValue, "\(Int(pageStyle.speed))", gains.joined(separator: "|"),
            "\(Int(page.truth.dpi))",
            (page.truth.degradation?.kinds ?? []).map(\.rawValue).joined(separator: "|"),
        ]
    }

    /// Returns a random layout that the recording's leads allow.
    private static func layout(for recording: Recording, using random: inout SeededGenerator) throws -> DrawingLayout {
        let hasAll = DrawingLayout.leadOrder(isCabrera: false).allSatisfy { recording.lead(named: $0) != nil }
        return try DrawingLayout(
            hasAll ? DrawingLayout.names[random.integer(below: DrawingLayout.names.count)] : "strip")
    }

    /// Returns one to three leads, in the recording's order.
    private static func stripLeads(of recording: Recording, using random: inout SeededGenerator) -> [String] {
        let count = min(1 + random.integer(below: 3), recording.leads.count)
        return random.shuffled(Array(recording.leads.indices)).prefix(count).sorted().map { recording.leads[$0].name }
    }
}

extension PageSet {
    /// Seconds that a page shows at 25 mm/s.
    package static let pageDuration = 10.0

    /// Returns the pages of WFDB records: each ten seconds, one after the other from the beginning of a record.
    ///
    /// - Parameters:
    ///   - source: a folder of records, or one record.
    ///   - perRecord: the maximum number of pages of a record.
    /// - Throws: `RenderingError`, `WFDBError`, `FileError`.
    package static func items(of source: String, perRecord: Int = 1) throws -> [Item] {
        let records = try RecordFolder.records(at: source)
        return try items(
            of: records.map { path in
                Source(path: path, name: RecordFolder.name(of: path), group: RecordFolder.name(of: path))
            }, perRecord: perRecord)
    }

    /// Returns the pages of a data set of WFDB records, with its labels, groups and folds.
    ///
    /// - Throws: `RenderingError`, `WFDBError`, `FileError`.
    package static func items(of dataset: Dataset, perRecord: Int = 1) throws -> [Item] {
        try items(
            of: dataset.samples.map { sample in
                let path = dataset.path(of: sample)
                let name = RecordFolder.name(of: path.hasSuffix(".hea") ? String(path.dropLast(4)) : path)
                return Source(
                    path: path, name: name, group: sample.group ?? name,
                    labels: dataset.labelSpace.joined(sample.labels), fold: sample.fold)
            }, perRecord: perRecord)
    }

    /// A record with what its pages' rows of the manifest say.
    private struct Source {
        let path: String
        let name: String
        let group: String
        var labels = ""
        var fold: Int?
    }

    private static func items(of records: [Source], perRecord: Int) throws -> [Item] {
        var first: [String: String] = [:]
        var items: [Item] = []
        for record in records {
            let (path, name) = (record.path, record.name)
            if let other = first[name] { throw RenderingError.sameName(name: name, first: other, second: path) }
            first[name] = path
            let reader = try WFDBRecordReader(path)
            let length = Int((pageDuration * reader.samplingRate).rounded())
            // A remainder of less than half a page gets no page.
            let count = max(min((reader.sampleCount + length / 2) / max(length, 1), perRecord), 1)
            for page in 0 ..< count {
                items.append(
                    Item(
                        name: count > 1 ? "\(name)-\(page + 1)" : name, group: record.group, labels: record.labels,
                        fold: record.fold
                    ) {
                        let reader = try WFDBRecordReader(path)
                        let start = page * length
                        return (
                            try reader.recording(in: start ..< min(start + length, reader.sampleCount)),
                            Patient(comments: reader.header.comments)
                        )
                    })
            }
        }
        return items
    }
}
