import Classifiers
import Files
import Foundation
import Imaging
import LinearAlgebra
import Plots

/// The wrong decisions with the highest confidence, with their pictures. They are the first ones to review.
///
/// A decision is wrong if it is not exactly the truth. Confidence is defined by `UncertaintyPolicy`: that of the least
/// confident label. Equal confidences are in row order.
package struct MostConfidentErrors: Sendable {
    struct Item: Sendable, Equatable {
        /// The row of the table.
        let row: Int
        let path: String
        /// Codes joined by `|`; `none` without labels.
        let truth: String
        let decision: String
        let confidence: Double
    }

    /// At most `limit` errors, most confident first.
    let items: [Item]
    /// The number of wrong decisions.
    let count: Int
    /// The pictures as prepared for the network; nil if none can be shown.
    private(set) var sheet: ContactSheet?
    /// Notes about pictures that are not shown.
    private(set) var notes: [String] = []

    /// The number of pictures that fit on a page.
    static let limit = 24
    static let plotName = "surest-errors"

    /// Finds the errors without their pictures.
    init(of table: PredictionTable) {
        func joined(_ labels: [Int]) -> String {
            labels.isEmpty ? "none" : labels.map { table.codes[$0] }.joined(separator: "|")
        }
        let wrong = table.paths.indices.filter { !table.truth.row($0).elementsEqual(table.decision.row($0)) }
        let confidences = wrong.map { row in
            UncertaintyPolicy.confidence(scores: table.scores.row(row), decided: table.decision.row(row))
        }
        let order = wrong.indices.sorted { (-confidences[$0], $0) < (-confidences[$1], $1) }
        count = wrong.count
        items = order.prefix(Self.limit).map { place in
            let row = wrong[place]
            return Item(
                row: row, path: table.paths[row], truth: joined(table.truth.labels(ofRow: row)),
                decision: joined(table.decision.labels(ofRow: row)), confidence: confidences[place])
        }
    }

    /// Finds the errors and reads their pictures again. A missing picture is omitted, with a note.
    ///
    /// - Parameter files: The path of each row's picture; nil for scores that came from features.
    package init(of table: PredictionTable, files: [String]?, preprocessing: Preprocessing, workers: Workers) {
        self.init(of: table)
        guard !items.isEmpty else {
            notes = ["No decision is wrong."]
            return
        }
        guard let files else {
            notes = ["The pictures are not available because the features came from a file."]
            return
        }
        let items = items
        var images = [GrayImage?](repeating: nil, count: items.count)
        var reasons: [String] = []
        let read =
            (try? workers.map(items.count) { index, _ in
                Result<GrayImage, any Error> {
                    let file = files[items[index].row]
                    return try preprocessing.apply(to: Page(contentsOf: file), name: file)
                }
            }) ?? []
        for (index, result) in read.enumerated() {
            switch result {
            case .success(let image): images[index] = image
            case .failure(let error): reasons.append("\(error)")
            }
        }
        let pictures = zip(items, images).compactMap { item, image in
            image.map {
                ContactSheet.Picture(width: $0.width, height: $0.height, pixels: $0.pixels, caption: item.caption)
            }
        }
        if !pictures.isEmpty {
            sheet = ContactSheet(title: "Most confident errors: truth → decision", pictures: pictures)
        }
        if let first = reasons.first {
            notes = [
                "\(reasons.count) of the \(items.count) pictures could not be read again and are not shown. "
                    + "First error: \(first)"
            ]
        }
    }

    /// Draws the sheet into a folder of figures, or removes an outdated sheet.
    ///
    /// - Throws: `FileError`, `PlotError`.
    func write(to plots: String) throws {
        let path = "\(plots)/\(Self.plotName).svg"
        if let sheet { try sheet.write(to: path) } else { unlink(path) }
    }

    /// Adds the sheet, the notes and the list of files.
    ///
    /// - Throws: `PlotError`.
    func add(to section: inout HTMLSection) throws {
        section.add(
            paragraph:
                "\(count) decisions are wrong. The figure shows those with the highest confidence, as prepared for "
                + "the network, with truth → decision and the confidence of the least confident label.")
        if let sheet { try section.add(figure: sheet) }
        for note in notes { section.add(paragraph: note) }
        guard !items.isEmpty else { return }
        var list = HTMLSection("Files of the most confident errors")
        list.add(
            table: ReportTable(
                caption: "The \(items.count) most confident errors",
                columns: [
                    .init("file", .left), .init("truth", .left), .init("decision", .left), .init("confidence"),
                ],
                rows: items.map { [$0.path, $0.truth, $0.decision, ReportTable.number($0.confidence)] }))
        section.add(collapsed: list)
    }
}

extension MostConfidentErrors.Item {
    /// The caption, for example `V → N 0.98`. Long labels are truncated to keep the number.
    var caption: String {
        let number = " " + ReportTable.number(confidence, decimals: 2)
        let labels = "\(truth) → \(decision)"
        let room = 20 - number.count
        return (labels.count > room ? labels.prefix(room - 1) + "…" : labels) + number
    }
}
