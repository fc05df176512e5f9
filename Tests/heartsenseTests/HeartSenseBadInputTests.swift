import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Invalid input gives an error that names the file, and leaves no new files.
struct HeartSenseBadInputTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.writePictures(["N": 4, "V": 4])
        try scratch.writeExperiment()
    }

    private func expectError(
        _ words: String..., of overrides: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = scratch.everything()
        let outcome = try CommandLine.run(
            ["train", "small.yaml"] + overrides + ["--output", "run"], in: scratch.path)
        #expect(outcome.isSentence && outcome.output.isEmpty, "\(outcome)", sourceLocation: sourceLocation)
        for word in words {
            #expect(
                outcome.sentence.contains(word), "\(outcome.sentence) lacks \(word)", sourceLocation: sourceLocation)
        }
        // A started run leaves its log, but no model and no partial files.
        let allowed = [
            "run", "run/config.yaml", "run/log.txt", "run/environment.json", "run/checkpoint", "run/checkpoint/key",
        ]
        let left = scratch.everything().filter { !before.contains($0) && !allowed.contains($0) }
        #expect(left.isEmpty, "\(left)", sourceLocation: sourceLocation)
        try? FileManager.default.removeItem(atPath: scratch("run"))
    }

    @Test func `invalid pictures`() throws {
        let jpeg = try Data(
            contentsOf: SharedMaterial.checkout.appendingPathComponent(
                "Tests/ImagingTests/Fixtures/beat-quality-30.jpg"))
        let png = try SpikePicture.png(1)
        var wide = png
        // A width of 60,000 in the header. Its checksum is then wrong too, but a reader without that check sees the width.
        wide.replaceSubrange(16 ..< 20, with: [0, 0, 0xEA, 0x60])
        var flipped = png
        flipped[png.count / 2] ^= 0x10
        for (content, word) in [
            (Data(), "empty"), (png.prefix(60), "PNG"), (png.dropLast(20), "PNG"), (flipped, "PNG"), (wide, "PNG"),
            (jpeg.prefix(jpeg.count / 2), "JPEG"), (Data("GIF89a".utf8), "PNG or JPEG"),
            (try SpikePicture.blank(width: 1, height: 1), "blank"), (try SpikePicture.blank(), "blank"),
        ] {
            try scratch.write("data/V/2.png", Data(content))
            try expectError("data/V/2.png", word)
        }
        try scratch.write("data/V/2.png", SpikePicture.blank(width: 60_000, height: 3))
        try expectError("data/V/2.png")
        try FileManager.default.removeItem(atPath: scratch("data/V/2.png"))
        try FileManager.default.createSymbolicLink(atPath: scratch("data/V/2.png"), withDestinationPath: "nowhere")
        try expectError("data/V/2.png", "no such file")
    }

    @Test func `invalid data sets`() throws {
        try expectError("none", "no such folder", of: "dataset.path=none")
        try expectError("small.yaml", of: "dataset.path=small.yaml")
        try scratch.write("empty/readme.txt", "nothing here")
        try expectError("empty", "manifest.csv", of: "dataset.path=empty")
        try scratch.write("class/N/readme.txt", "contains no PNG or JPEG picture")
        try expectError("class/N", "contains no PNG or JPEG picture", of: "dataset.path=class")
        try scratch.writePictures(["N": 2, "n": 1], folder: "letters")
        try expectError("letters/n", "“N”", of: "dataset.path=letters")
        try expectError("labels.yaml", "no such file", of: "dataset.labels=labels.yaml")
        try scratch.write("labels.yaml", "name: [")
        try expectError("labels.yaml:", of: "dataset.labels=labels.yaml")
        try scratch.writePictures(["N": 1], folder: "one")
        try expectError("nothing to learn", of: "dataset.path=one")
    }

    @Test func `invalid manifests`() throws {
        for (text, word) in [
            ("", "empty"), ("path,label\nN/0.png,N\n", "labels"), ("path,labels\n", "no picture is left"),
            ("path,labels\nN/0.png,N\nN/9.png,N\n", "N/9.png"), ("path,labels\nN/0.png,X\n", "“X”"),
            ("path,labels\nN/0.png,\n", "empty"), ("path,labels\nN/0.png,N|N\n", "twice"),
            ("path,labels,split\nN/0.png,N,exam\n", "exam"), ("path,labels,fold\nN/0.png,N,two\n", "two"),
            ("path,labels\nN/0.png\n", "field"), ("path,labels\n\"N/0.png,N\n", "quotation"),
            ("path,labels\nN/0.png,N\nN/0.png,V\n", "already listed"), ("path,path\na,b\n", "path"),
        ] {
            try scratch.write("data/manifest.csv", text)
            try expectError("data/manifest.csv", word)
        }
        try scratch.write("data/manifest.csv", Data([0x70, 0x61, 0x74, 0x68, 0xFF, 0xFE, 0x0A]))
        try expectError("data/manifest.csv", "UTF-8")
    }

    @Test func `invalid weights`() throws {
        try expectError("none.h5", "no such file", of: "extractor.weights=none.h5")
        try expectError("data", "folder", of: "extractor.weights=data")
        try scratch.write("w.h5", Data())
        try expectError("w.h5", "empty", of: "extractor.weights=w.h5")
        try scratch.write("w.h5", SpikePicture.png(1))
        try expectError("w.h5", "PNG", of: "extractor.weights=w.h5")
        try scratch.write("w.h5", Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0]))
        try expectError("w.h5", "damaged", of: "extractor.weights=w.h5")
    }

    @Test func `invalid experiments`() throws {
        let sound = try scratch.text("small.yaml")
        for (text, word) in [
            ("", "nothing"), (sound + "\nsed: 1\n", "seed"), (sound + "\nseed: one\n", "whole number"),
            (sound.replacing("name: small", with: "name: ../up"), "name"),
            (sound + "\nname: twice\n", "duplicate key name"),
            (sound + "\nclassifiers:\n", "no classifier"), ("name: [", "YAML"),
        ] {
            try scratch.write("small.yaml", text)
            try expectError(word)
        }
        try scratch.write("small.yaml", sound)
        try expectError("classifiers.mlaram.vigilance", of: "classifiers.mlaram.vigilanse=0.8")
        try expectError("seed", "is not an override", of: "seed")
        try FileManager.default.removeItem(atPath: scratch("small.yaml"))
        try expectError("small.yaml", "no such file")
    }

    @Test func `invalid feature files`() throws {
        try scratch.write("f.h5", Data())
        try expectError("f.h5", "empty", of: "dataset.path=f.h5")
        try expectError("none.h5", "no such file", of: "dataset.path=none.h5")
        try scratch.write("f.h5", "HeartSense features\nversion 9\nsha256 0\n")
        try expectError("f.h5", "Upgrade heartsense", of: "dataset.path=f.h5")
    }

    @Test func `output paths that cannot be written`() throws {
        try scratch.write("file", "in the way")
        let outcome = try scratch.heartsense("train", "small.yaml", "--output", "file/run")
        #expect(outcome.isSentence && outcome.errors.contains("file/run"), "\(outcome)")
        let features = try scratch.heartsense(
            "features", "data", "--weights", "random", "--size", "32", "--cache", "off", "--output", "none/f.h5")
        #expect(features.isSentence && features.errors.contains("none/f.h5"), "\(features)")
    }

    /// Makes the folder read-only, also for root, who becomes another user.
    private static let readOnly = """
        chmod 555 .
        [ $(id -u) != 0 ] || exec setpriv --reuid=65534 --regid=65534 --clear-groups "$0" "$@"
        """

    @Test func `a working folder that is read-only`() throws {
        let other = try Scratch()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: other.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path) }
        try scratch.write("small.yaml", try scratch.text("small.yaml").replacing("  cache: off\n", with: ""))
        let elsewhere = try scratch.heartsense("train", "small.yaml", "--output", other("run"), shell: Self.readOnly)
        #expect(elsewhere.status == 0, "\(elsewhere)")
        #expect(
            elsewhere.errors.contains(
                "Continuing without the feature cache: no permission to write to runs/feature-cache"))
        for arguments in [
            ["train", "small.yaml"], ["train", "small.yaml", "seed=1,2"],
            ["dataset", "synthesize", "--output", "new", "--per-class", "2"],
            ["train", "small.yaml", "tracking=mlruns", "--output", other("tracked")],
        ] {
            let outcome = try CommandLine.run(arguments, in: scratch.path, shell: Self.readOnly)
            #expect(outcome.isSentence && outcome.sentence.contains("Permission denied"), "\(outcome)")
            #expect(!outcome.sentence.contains("..") && !outcome.sentence.contains("tmp:"), "\(outcome)")
        }
        #expect(try !other.names().contains("tracked"))
    }

    @Test func `a class with one picture and skipped unreadable pictures do not stop the run`() throws {
        try scratch.write("data/S/0.png", SpikePicture.png(40))
        try scratch.write("data/N/1.png", "contains no PNG or JPEG picture")
        let outcome = try scratch.heartsense("train", "small.yaml", "dataset.skip_unreadable=true", "--output", "run")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.contains("Skipped data/N/1.png: data/N/1.png: this is"))
        #expect(outcome.output.contains("Warning: 1 pictures could not be read"))
        #expect(outcome.output.contains("label S has one picture"))
    }
}
