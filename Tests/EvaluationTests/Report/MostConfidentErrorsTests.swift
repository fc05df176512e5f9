import Foundation
import Imaging
import LinearAlgebra
import Plots
import Testing

@testable import Evaluation

struct MostConfidentErrorsTests {
    /// Creates a table of labels N, V from truth, decision and scores per row.
    private func table(_ rows: [(truth: [UInt8], decision: [UInt8], scores: [Double])]) -> PredictionTable {
        PredictionTable(
            codes: ["N", "V"], paths: rows.indices.map { "\($0).png" },
            truth: LabelMatrix(rows: rows.count, columns: 2, values: rows.flatMap(\.truth)),
            decision: LabelMatrix(rows: rows.count, columns: 2, values: rows.flatMap(\.decision)),
            uncertain: rows.map { _ in false },
            scores: Matrix(rows: rows.count, columns: 2, values: rows.flatMap(\.scores)))
    }

    @Test func `wrong decisions are sorted by the confidence of their least confident label, ties in row order`() {
        let errors = MostConfidentErrors(
            of: table([
                ([1, 0], [1, 0], [1, 0]),  // right
                ([1, 0], [0, 1], [0.3, 0.9]),  // 0.7
                ([0, 1], [1, 0], [0.98, 0.01]),  // 0.98
                ([1, 1], [1, 0], [0.8, 0.3]),  // 0.7
                ([0, 0], [0, 1], [0, 0.95]),  // 0.95
                ([0, 1], [0, 0], [0.1, 0.4]),  // 0.6
            ]))
        #expect(errors.count == 5)
        #expect(errors.items.map(\.row) == [2, 4, 1, 3, 5])
        #expect(
            errors.items.map(\.caption) == [
                "V → N 0.98", "none → V 0.95", "N → V 0.70", "N|V → N 0.70", "V → none 0.60",
            ])
    }

    @Test func `a page has the 24 most confident errors`() {
        let rows = (0 ..< 40).map {
            (truth: [UInt8]([1, 0]), decision: [UInt8]([0, 1]), scores: [0, 0.5 + Double($0) / 100])
        }
        let errors = MostConfidentErrors(of: table(rows))
        #expect(errors.count == 40)
        #expect(errors.items.map(\.row) == Array((16 ..< 40).reversed()))
    }

    @Test func `the number remains if labels are long`() {
        let item = MostConfidentErrors.Item(
            row: 0, path: "a", truth: "ATRIAL|HYPERTROPHY", decision: "NORMAL", confidence: 0.876)
        #expect(item.caption == "ATRIAL|HYPERTR… 0.88")
        #expect(item.caption.count == 20)
    }

    @Test func `pictures are read again, and a missing one is reported`() throws {
        let folder = try RobustnessFolder()
        let wrong = (truth: [UInt8]([1, 0]), decision: [UInt8]([0, 1]), scores: [0.1, 0.9])
        for number in 0 ..< 3 {
            try RobustnessFolder.page(isWide: false, at: 20 + number, ink: 0).writePNG(to: folder["\(number).png"])
        }
        let files = (0 ..< 3).map { folder["\($0).png"] }
        let predictions = table([wrong, wrong, wrong])
        func errors(_ files: [String]?) -> MostConfidentErrors {
            MostConfidentErrors(
                of: predictions, files: files, preprocessing: Preprocessing(size: 32), workers: Workers(count: 2))
        }
        let all = errors(files)
        #expect(all.sheet?.pictures.count == 3 && all.notes.isEmpty)
        #expect(
            all.sheet?.pictures[1].pixels
                == (try Preprocessing(size: 32).apply(to: Page(contentsOf: files[1]), name: "1").pixels))

        try FileManager.default.removeItem(atPath: files[1])
        let some = errors(files)
        #expect(some.sheet?.pictures.count == 2)
        #expect(
            some.notes.count == 1 && some.notes[0].hasPrefix("1 of the 3 pictures") && some.notes[0].contains("1.png"))

        for file in [files[0], files[2]] { try FileManager.default.removeItem(atPath: file) }
        let none = errors(files)
        #expect(none.sheet == nil && none.notes.count == 1 && none.items.count == 3)
        #expect(errors(nil).sheet == nil && errors(nil).notes.count == 1)

        // An outdated sheet is removed.
        try all.write(to: folder.path)
        #expect(FileManager.default.fileExists(atPath: folder["surest-errors.svg"]))
        try none.write(to: folder.path)
        #expect(!FileManager.default.fileExists(atPath: folder["surest-errors.svg"]))
    }

    @Test func `without wrong decisions there is nothing to show`() {
        let right = (truth: [UInt8]([1, 0]), decision: [UInt8]([1, 0]), scores: [0.9, 0.2])
        let errors = MostConfidentErrors(
            of: table([right]), files: ["gone.png"], preprocessing: Preprocessing(), workers: Workers(count: 1))
        #expect(errors.count == 0 && errors.sheet == nil && errors.notes == ["No decision is wrong."])
    }
}
