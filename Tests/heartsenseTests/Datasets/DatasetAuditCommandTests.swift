import Files
import Foundation
import Imaging
import LinearAlgebra
import TestSupport
import Testing

/// `heartsense dataset audit` and its exit statuses.
struct DatasetAuditCommandTests {
    private static func heartsense(_ arguments: String..., in folder: String) throws -> Child.Outcome {
        try CommandLine.run(arguments, in: folder)
    }

    /// Creates `set` with class folders N, in blue ink, and S, in `ink`.
    private static func withSet(ink: [UInt8], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("heartsense-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var generator = SeededGenerator(seed: 2)
        for (code, ink) in [("N", [0, 0, 160]), ("S", ink)] {
            try AtomicFile.makeFolder("\(folder)/set/\(code)")
            for index in 1 ... 10 {
                let peak = 10 + generator.integer(below: 30)
                var pixels = [UInt8](repeating: 255, count: 3 * 50 * 30)
                for x in 4 ..< 46 {
                    for y in 20 - max(0, 14 - 5 * abs(x - peak)) ... 21 {
                        for channel in 0 ..< 3 { pixels[3 * (y * 50 + x) + channel] = ink[channel] }
                    }
                }
                try Page(width: 50, height: 30, pixels: pixels).writePNG(to: "\(folder)/set/\(code)/\(index).png")
            }
        }
        try body(folder)
    }

    @Test func `a leak exits with 3 and prints the result first; neutral ink exits with 0`() throws {
        try Self.withSet(ink: [255, 0, 0]) { folder in
            let leaking = try Self.heartsense(
                "dataset", "audit", "set", "--output", "out/audit.json", "--plot", "out/audit.svg", in: folder)
            #expect(leaking.status == 3, "\(leaking.errors)")
            #expect(
                leaking.output.hasPrefix("set: 2 of 2 labels leak (20 pictures, as drawn).\n  N leaks: darkest grey"))
            #expect(!leaking.errors.contains("Error"))
            let json = try JSONSerialization.jsonObject(with: FileContent.bytes(of: "\(folder)/out/audit.json"))
            #expect((json as? [String: Any])?["leaks"] as? Bool == true)
            #expect(try FileContent.text(of: "\(folder)/out/audit.svg").contains("darkest grey – leaks"))

            let neutral = try Self.heartsense("dataset", "audit", "set", "--ink", "neutral", in: folder)
            #expect(neutral.status == 0, "\(neutral.errors)")
            #expect(neutral.output.hasPrefix("set: no label leaks (20 pictures, with neutral ink).\n"))
        }
    }

    @Test func `a clean set exits with 0`() throws {
        try Self.withSet(ink: [0, 0, 160]) { folder in
            let clean = try Self.heartsense("dataset", "audit", "set", in: folder)
            #expect(clean.status == 0 && clean.output.hasPrefix("set: no label leaks"), "\(clean.output)")
        }
    }

    @Test func `invalid data exits with 1, wrong usage with 2`() throws {
        try Self.withSet(ink: [0, 0, 0]) { folder in
            let nowhere = try Self.heartsense("dataset", "audit", "nowhere", in: folder)
            #expect(nowhere.status == 1 && nowhere.errors.contains("nowhere: there is no such folder"))
            try AtomicFile.write("x", to: "\(folder)/features.h5")
            #expect(try Self.heartsense("dataset", "audit", "features.h5", in: folder).status == 1)
            try AtomicFile.write(
                "@relation sample\n@attribute f numeric\n@attribute N {0,1}\n@attribute S {0,1}\n@data\n0.5,1,0\n1.5,0,1\n",
                to: "\(folder)/sample.arff")
            try AtomicFile.write(
                "<labels><label name=\"N\"/><label name=\"S\"/></labels>", to: "\(folder)/sample.xml")
            let features = try Self.heartsense("dataset", "audit", "sample.arff", in: folder)
            #expect(features.status == 1)
            #expect(features.errors.contains("sample.arff: the file has features and no pictures"))
            #expect(try Self.heartsense("dataset", "audit", "set", "--ink", "blue", in: folder).status == 2)
            #expect(try Self.heartsense("dataset", "audit", "set", "--plot", "a.pdf", in: folder).status == 2)
            #expect(try Self.heartsense("dataset", "audit", in: folder).status == 2)
        }
    }

    @Test func `recordings are audited by facts of file and device, and pages are left out`() throws {
        try Self.withSet(ink: [0, 0, 160]) { folder in
            try SampleRecordings.write(30, to: "\(folder)/hearts")
            let clean = try Self.heartsense("dataset", "audit", "hearts", "--output", "audit.json", in: folder)
            #expect(clean.status == 0, "\(clean.errors)")
            #expect(clean.output.hasPrefix("hearts: no label leaks (30 recordings).\n"), "\(clean.output)")
            let json = try JSONSerialization.jsonObject(with: FileContent.bytes(of: "\(folder)/audit.json"))
            #expect((json as? [String: Any])?["n"] as? Int == 30)

            // Every third record, those of normal hearts, gets its own rate.
            try SampleRecordings.write(30, to: "\(folder)/other", samplingRate: 200)
            for number in stride(from: 0, to: 30, by: 3) {
                for suffix in ["hea", "dat"] {
                    let name = "records/r\(number).\(suffix)"
                    try AtomicFile.write(
                        Data(try FileContent.bytes(of: "\(folder)/other/\(name)")), to: "\(folder)/hearts/\(name)")
                }
            }
            let manifest = try FileContent.text(of: "\(folder)/hearts/manifest.csv")
            try AtomicFile.write(manifest + "../set/N/1.png,normal,p99,1\n", to: "\(folder)/hearts/manifest.csv")
            let leaking = try Self.heartsense("dataset", "audit", "hearts", "--plot", "audit.svg", in: folder)
            #expect(leaking.status == 3, "\(leaking.errors)")
            #expect(leaking.output.hasPrefix("hearts: 1 of 3 labels leaks (30 recordings).\n"), "\(leaking.output)")
            #expect(leaking.output.contains("LEAKS") && leaking.output.contains("Left out: 1 page\n"))

            let neutral = try Self.heartsense("dataset", "audit", "hearts", "--ink", "neutral", in: folder)
            #expect(neutral.status == 1 && neutral.errors.contains("--ink neutral is for pictures"))
        }
    }

    @Test func `training on a leak exits with 3 and explains how to continue`() throws {
        try Self.withSet(ink: [255, 0, 0]) { folder in
            try AtomicFile.write("name: leak\ndataset:\n  path: set\n", to: "\(folder)/leak.yaml")
            let refused = try Self.heartsense(
                "train", "leak.yaml", "preprocessing.ink=as-drawn", "preprocessing.size=64", "extractor.alpha=0.35",
                in: folder)
            #expect(refused.status == 3)
            #expect(refused.errors.contains("set audit=accept") && refused.output.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/runs"))
            #expect(try Self.heartsense("train", "leak.yaml", "audit=maybe", in: folder).status == 1)
        }
    }
}
