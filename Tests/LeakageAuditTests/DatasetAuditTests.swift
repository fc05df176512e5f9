import Datasets
import Files
import Foundation
import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import ConfigurationKeys
@testable import Inference
@testable import LeakageAudit

@Suite struct DatasetAuditTests {
    /// Fast settings for debug builds. A 99th percentile needs at least a hundred permutations.
    static var settings: ProbeAudit.Settings {
        var settings = ProbeAudit.Settings(seed: 1)
        settings.permutations = 100
        settings.includesPairs = false
        return settings
    }

    private func audit(
        _ folder: String, ink: Preprocessing.Ink = .asDrawn, workers: Int = 4
    ) throws -> DatasetAudit {
        let listed = try Dataset(contentsOf: folder, skippingMissing: true)
        return try DatasetAudit(of: listed, ink: ink, settings: Self.settings, workers: Workers(count: workers))
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    /// The planted leak and the probe that must find it.
    @Test(arguments: [
        (AuditPictures.Leak.color, "modal ink hue"), (.size, "width"), (.margin, "left margin"),
        (.metadata, "metadata"), (.fileSize, "file size"),
    ])
    func `a leak is found, and its probe separates the classes`(leak: AuditPictures.Leak, probe: String) throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: leak)
            let audit = try audit(folder)
            #expect(audit.leaks)
            #expect(audit.table.leaks.map(\.label) == ["N", "S"])
            #expect(audit.asDrawn.scores["S"]?[probe] == 1)
            #expect(audit.table.leaks.allSatisfy { leak == .color || $0.probes == [probe] })
            // No other leak was planted.
            let innocent = leak == .color ? "left margin" : "modal ink hue"
            #expect((audit.asDrawn.scores["S"]?[innocent] ?? 0.5) < 0.75)
            let sentence = try #require(audit.verdict.last)
            #expect(sentence.hasPrefix("S leaks: ") && sentence.contains("balanced accuracy 1.000"))
            #expect(sentence.contains("Remedy: "))
        }
    }

    @Test func `JPEG against PNG is a leak even with identical pixels`() throws {
        let fixture = SharedMaterial.checkout.appendingPathComponent("Tests/ImagingTests/Fixtures/colour-444.jpg").path
        let jpeg = try FileContent.bytes(of: fixture)
        let png = try Page(decoding: jpeg, name: "fixture").pngData()
        try withFolder { folder in
            for (code, data) in [("N", png), ("S", jpeg)] {
                try AtomicFile.makeFolder("\(folder)/\(code)")
                // Neither extension nor file size separates the classes.
                let padded = data + Data(count: max(png.count, jpeg.count) - data.count + 8)
                for index in 1 ... 8 { try AtomicFile.write(padded, to: "\(folder)/\(code)/\(index).png") }
            }
            let audit = try audit(folder)
            #expect(audit.leaks)
            #expect(audit.table.leaks.map(\.probes) == [["format"], ["format"]])
            #expect(audit.asDrawn.scores["S"]?["format"] == 1 && audit.asDrawn.scores["S"]?["darkest grey"] == nil)
            #expect(audit.duplicates.sets.map(\.count) == [16] && audit.duplicates.acrossLabels.count == 1)
            // Duplicates are compared once, so there is no near-duplicate pair.
            #expect(audit.nearDuplicates.sets.isEmpty)
        }
    }

    @Test func `neutral ink removes a color leak, and the verdict reports it`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .color)
            let drawn = try audit(folder)
            #expect(drawn.verdict.allSatisfy { $0.contains("Neutral ink removes the leak") })
            let neutral = try audit(folder, ink: .neutral)
            #expect(!neutral.leaks && neutral.verdict.count == 1)
            #expect(neutral.verdict[0].hasPrefix("No label leaks in the pictures with neutral ink: "))
            // Both verdicts use the same two tables.
            #expect(drawn.asDrawn == neutral.asDrawn && drawn.neutral == neutral.neutral)
        }
    }

    @Test func `a leak that neutral ink does not remove is reported, if there are enough pictures`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .margin, perClass: 60)
            let many = try audit(folder)
            #expect(many.leaks && many.verdict.allSatisfy { $0.contains("Neutral ink does not remove the leak: ") })
            #expect(try audit(folder, ink: .neutral).leaks)
        }
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .margin, perClass: 16)
            let few = try audit(folder)
            #expect(
                few.leaks
                    && few.verdict.allSatisfy {
                        $0.contains("too few pictures to tell whether neutral ink removes the leak")
                    })
            let neutral = try audit(folder, ink: .neutral)
            #expect(
                !neutral.leaks
                    && neutral.notes.allSatisfy { $0.contains("With so few pictures the lower bound is 0.8") })
            #expect(neutral.notes.count == 2)
            #expect(DatasetAuditText(of: neutral, style: .plain).text.contains("shape  too few pictures"))
        }
    }

    @Test func `pictures that differ only in the beat do not leak`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .nothing)
            let audit = try audit(folder)
            #expect(!audit.leaks && audit.table.leaks.isEmpty)
            #expect(audit.verdict.count == 1 && audit.verdict[0].hasPrefix("No label leaks in the pictures as drawn: "))
        }
    }

    /// Tests the probes of pictures with one ink per class against random labels.
    @Test func `random labels cause fewer than five false alarms in a hundred`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .color, perClass: 30)
            let dataset = try Dataset(contentsOf: folder)
            let readings = PictureReading.readings(
                of: dataset, rows: Array(dataset.samples.indices), preparations: [Preprocessing(size: 32)],
                workers: .all, progress: { _, _ in })
            let table = ImageProbe.table(try readings.map { try $0.get().drawn }, ink: .asDrawn)
            let labels = dataset.samples.map(\.labels)
            var settings = Self.settings
            settings.stretchBins = 8
            let alarms = try Workers.all.map(100) { [settings] shuffle, _ in
                var generator = SeededGenerator(seed: 5, purpose: "shuffled labels", index: shuffle)
                var truth = LabelMatrix(rows: labels.count, columns: dataset.labelSpace.count)
                for (row, given) in generator.shuffled(labels).enumerated() {
                    for label in given { truth[row, label] = true }
                }
                let audit = try ProbeAudit(
                    of: table, truth: truth, codes: dataset.labelSpace.codes, settings: settings,
                    workers: Workers(count: 1))
                return !audit.leaks.isEmpty
            }.count { $0 }
            #expect(alarms < 5)
        }
    }

    @Test func `files that are not valid pictures are listed, and the audit continues`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .color, perClass: 8)
            try AtomicFile.write("no picture", to: "\(folder)/N/broken.png")
            try AtomicFile.write(Data(), to: "\(folder)/S/empty.png")
            let blank = Page(width: 20, height: 20, pixels: [UInt8](repeating: 255, count: 1200))
            try blank.writePNG(to: "\(folder)/S/blank.png")
            let audit = try audit(folder)
            #expect(audit.n == 17 && audit.leaks)
            #expect(audit.unreadable.map(\.path) == ["N/broken.png", "S/empty.png"])
            #expect(audit.unreadable[0].reason.hasPrefix("N/broken.png: this is text"))
            #expect(audit.blank.map(\.path) == ["S/blank.png"])
            let text = DatasetAuditText(of: audit, style: .plain).text
            #expect(text.contains("Skipped files that could not be read: 2\n  N/broken.png: this is text"))
            #expect(text.contains("Pictures without a drawing: 1\n  S/blank.png: the page is blank"))
        }
    }

    @Test func `duplicates, groups and missing files are reported and do not change the verdict`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .nothing, perClass: 10)
            var rows = ["path,labels,group,split,fold"]
            for index in 1 ... 10 {
                rows.append("N/N\(index).png,N,p\(index),\(index < 6 ? "train" : "test"),\(index % 5)")
                rows.append("S/S\(index).png,S,p\(index < 3 ? 3 - index : 20 + index),train,\(index % 5)")
            }
            try FileManager.default.copyItem(atPath: "\(folder)/N/N1.png", toPath: "\(folder)/N/copy.png")
            rows.append("N/copy.png,S,p7,test,4")
            // The same beat in another ink: other pixels, the same drawing.
            let page = try Page(contentsOf: "\(folder)/N/N2.png")
            let red = stride(from: 0, to: page.pixels.count, by: 3).flatMap { index -> [UInt8] in
                page.pixels[index] == 255 ? [255, 255, 255] : [200, 0, 0]
            }
            try Page(width: page.width, height: page.height, pixels: red).writePNG(to: "\(folder)/N/red.png")
            rows += ["N/red.png,N,p30,test,0", "N/gone.png,N,p31,train,0"]
            try AtomicFile.write(rows.joined(separator: "\n") + "\n", to: "\(folder)/manifest.csv")

            let audit = try audit(folder)
            #expect(!audit.leaks)
            #expect(audit.duplicates.sets == [["N/N1.png", "N/copy.png"]])
            #expect(audit.duplicates.acrossParts == audit.duplicates.sets)
            #expect(audit.duplicates.acrossLabels == audit.duplicates.sets)
            #expect(audit.nearDuplicates.acrossParts.contains(["N/N2.png", "N/red.png"]))
            #expect(!audit.nearDuplicates.acrossLabels.contains(["N/N2.png", "N/red.png"]))
            // S10 also belongs to p30, in train. The others are in one part each, but not all in one fold.
            #expect(audit.groupsAcrossParts == ["p30"])
            #expect(audit.groupsAcrossFolds == ["p1", "p2", "p7"])
            #expect(audit.unreadable.map(\.path) == ["N/gone.png"])
            let text = DatasetAuditText(of: audit, style: .plain).text
            #expect(text.contains("Identical pixels with different labels: 1\n  N/N1.png = N/copy.png\n"))
            #expect(text.contains("Groups in several folds: 3\n  p1\n  p2\n  p7\n"))
        }
    }

    @Test func `the file is complete and reads back`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .color, perClass: 8)
            let audit = try audit(folder)
            let json = try audit.json()
            #expect(try JSONDecoder().decode(DatasetAudit.self, from: json) == audit)
            let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
            #expect(
                Set(object.keys) == [
                    "as_drawn", "blank", "dataset", "dataset_sha256", "duplicates", "groups_across_folds",
                    "groups_across_parts", "heartsense", "ink", "labels", "leaks", "n", "near_duplicates", "neutral",
                    "notes", "rule", "unreadable", "verdict", "warnings",
                ])
            #expect(object["leaks"] as? Bool == true && object["ink"] as? String == "as-drawn")
            let table = try #require(object["as_drawn"] as? [String: Any])
            let finding = try #require((table["labels"] as? [[String: Any]])?.first)
            #expect(
                Set(finding.keys) == [
                    "label", "probes", "balanced_accuracy", "lower_bound", "chance", "null_percentile", "is_of_shape",
                    "leaks",
                ])
            let labels = try #require(object["labels"] as? [[String: Any]])
            #expect(labels.map { $0["n"] as? Int } == [8, 8, 0, 0, 0, 0])
            #expect(audit.warnings.contains { $0.hasPrefix("label V (AAMI V: ventricular") })
        }
    }

    @Test func `the number of threads does not matter`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .size, perClass: 8)
            #expect(try audit(folder, workers: 1) == audit(folder, workers: 4))
        }
    }

    @Test func `inputs that cannot be audited are rejected with a message`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .color, perClass: 3)
            #expect(throws: AuditError.tooFew(dataset: folder, pictures: 6, folds: 5)) { try audit(folder) }
            for code in ["N", "S"] {
                for index in 1 ... 3 { try AtomicFile.write("x", to: "\(folder)/\(code)/\(code)\(index).png") }
            }
            #expect {
                try audit(folder)
            } throws: { error in
                guard case AuditError.nothingReadable(folder, let first) = error else { return false }
                return first.hasPrefix("N/N1.png: this is text")
            }
        }
    }

    @Test func `the figure has a bar for each label and kind of picture`() throws {
        try withFolder { folder in
            try AuditPictures.write(to: folder, leak: .color, perClass: 8)
            let figure = try audit(folder).figure
            #expect(figure.kinds == ["as drawn", "with neutral ink"])
            #expect(figure.rows.map(\.label) == ["N", "S"])
            #expect(figure.rows.allSatisfy { $0.bars[0]?.leaks == true && $0.bars[1]?.leaks == false })
            #expect(figure.rows[0].bars[0]?.limit == 0.75 && figure.rows[0].bars[1]?.limit == 0.95)
        }
    }
}
