import Classifiers
import Files
import Foundation
import Imaging
import LinearAlgebra
import Plots

/// The wrong decisions that the ensemble was surest of, with their pictures: where a person should look first.
///
/// A decision is wrong that is not exactly the truth. Its confidence is `UncertaintyPolicy`'s: that of its least sure
/// answer. Equals come in the order of their rows.
package struct MostConfidentErrors: Sendable {
    struct Item: Sendable, Equatable {
        /// Of the table.
        let row: Int
        let path: String
        /// Codes joined by `|`; `none` where there is no label.
        let truth: String
        let decision: String
        let confidence: Double
    }

    /// At most `limit`, the surest first.
    let items: [Item]
    /// How many decisions are wrong.
    let count: Int
    /// The pictures as the network reads them; nil where none can be shown.
    private(set) var sheet: ContactSheet?
    /// Sentences about what is not shown, and why.
    private(set) var notes: [String] = []

    /// As many as a page shows at a glance.
    static let limit = 24
    static let plotName = "surest-errors"

    /// Finds them, without their pictures.
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

    /// Finds them and reads their pictures again. A picture that is gone is left out, and a note says so.
    ///
    /// - Parameter files: where the picture of each row is; nil for scores that came from features.
    package init(of table: PredictionTable, files: [String]?, preprocessing: Preprocessing, workers: Workers) {
        self.init(of: table)
        guard !items.isEmpty else {
            notes = ["No decision is wrong."]
            return
        }
        guard let files else {
            notes = ["The features came from a file: the pictures of the surest errors are not at hand."]
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
        if !pictures.isEmpty { sheet = ContactSheet(title: "The surest errors: truth → decision", pictures: pictures) }
        if let first = reasons.first {
            notes = [
                "\(reasons.count) of the \(items.count) pictures of the surest errors could not be read again and are not "
                    + "shown. The first: \(first)"
            ]
        }
    }

    /// Draws the sheet into a folder of figures, or removes one that stands there from before.
    ///
    /// - Throws: `FileError`, `PlotError`.
    func write(to plots: String) throws {
        let path = "\(plots)/\(Self.plotName).svg"
        if let sheet { try sheet.write(to: path) } else { unlink(path) }
    }

    /// The sheet, what is to be said about it, and the list of files.
    ///
    /// - Throws: `PlotError`.
    func add(to section: inout HTMLSection) throws {
        section.add(
            paragraph: "\(count) decisions are wrong. Shown are those of the highest confidence, as the network sees "
                + "them, with truth → decision and the confidence in the least sure answer of the decision.")
        if let sheet { try section.add(figure: sheet) }
        for note in notes { section.add(paragraph: note) }
        guard !items.isEmpty else { return }
        var list = HTMLSection("Their files")
        list.add(
            table: ReportTable(
                caption: "The \(items.count) surest errors",
                columns: [
                    .init("file", .left), .init("truth", .left), .init("decision", .left), .init("confidence"),
                ],
                rows: items.map { [$0.path, $0.truth, $0.decision, ReportTable.number($0.confidence)] }))
        section.add(collapsed: list)
    }
}

extension MostConfidentErrors.Item {
    /// `V → N 0.98`; long labels are cut so that the number stays.
    var caption: String {
        let number = " " + ReportTable.number(confidence, decimals: 2)
        let labels = "\(truth) → \(decision)"
        let room = 20 - number.count
        return (labels.count > room ? labels.prefix(room - 1) + "…" : labels) + number
    }
}
