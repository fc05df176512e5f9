import Foundation
import TestSupport
import Testing

/// The workflow of the README: train, evaluate, predict.
struct HeartSenseWorkflowTests {
    @Test func `train, evaluate and predict`() throws {
        let scratch = try Scratch()
        try scratch.writePictures()
        try scratch.writeExperiment()

        let trained = try scratch.heartsense("train", "small.yaml", "seed=3", "--output", "run")
        #expect(trained.status == 0, "\(trained)")
        #expect(trained.output.contains("precision") && trained.output.contains("ml-svm"))
        #expect(trained.output.hasSuffix("Model:  run/model.h5\nReport: run/report.html\n"))
        #expect(trained.errors.contains("15 pictures in data"))
        #expect(try scratch.text("run/config.yaml").contains("seed: 3"))

        let again = try scratch.heartsense("train", "small.yaml", "seed=3", "--output", "run")
        #expect(again.isSentence && again.errors.contains("run: the folder is not empty"), "\(again)")

        try scratch.writePictures(["N": 2, "V": 1], folder: "new")
        let evaluated = try scratch.heartsense("evaluate", "run/model.h5", "new", "--output", "out", "--cache", "off")
        #expect(evaluated.status == 0 && evaluated.output.contains("Report: out/report.html"), "\(evaluated)")
        #expect(
            try scratch.text("out/predictions.csv").hasPrefix("path,truth,decision,uncertain,N,S,V,F,Q,M\nN/0.png,N,"))
        let json = try JSONSerialization.jsonObject(with: scratch.data("out/metrics.json")) as? [String: Any]
        #expect(json?["n"] as? Int == 3 && json?["part"] as? String == "all")
        let inRun = try scratch.heartsense("evaluate", "run/model.h5", "new", "--output", "run", "--cache", "off")
        #expect(inRun.isSentence && inRun.errors.contains("training run"), "\(inRun)")

        try predictions(scratch)
        try damagedModels(scratch)
        try fullDisk(scratch)
    }

    /// Predicts a valid, a broken and a blank picture as text, JSON and CSV.
    private func predictions(_ scratch: Scratch) throws {
        try scratch.write("good.png", SpikePicture.png(1))
        try scratch.write("broken, bad.png", "no picture")
        try scratch.write("blank.png", SpikePicture.blank())
        let text = try scratch.heartsense("predict", "run/model.h5", "good.png")
        #expect(text.status == 0 && text.errors.isEmpty && text.output.hasPrefix("good.png: "), "\(text)")
        #expect(text.output.contains("Not a medical device."))

        let json = try scratch.heartsense(
            "predict", "run/model.h5", "good.png", "broken, bad.png", "blank.png", "good.png", "--json")
        #expect(json.status == 1)
        let lines = json.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == lines[1])
        let first = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
        #expect(first?["file"] as? String == "good.png" && (first?["labels"] as? [Any])?.count == 6)
        let errors = json.errors.split(separator: "\n")
        #expect(errors.count == 2 && errors[0].hasPrefix("Error: broken, bad.png: this is"))
        #expect(errors[1].hasPrefix("Error: blank.png: the page is blank"))

        let explained = try scratch.heartsense(
            "predict", "run/model.h5", "good.png", "blank.png", "--json", "--saliency", "maps")
        #expect(explained.status == 1 && explained.errors.contains("blank.png"), "\(explained)")
        let answer = try JSONSerialization.jsonObject(with: Data(explained.output.utf8)) as? [String: Any]
        for label in try #require(answer?["labels"] as? [[String: Any]]) {
            let saliency = label["saliency"] as? [String: Any]
            #expect((saliency != nil) == (label["decided"] as? Bool))
            guard let saliency, saliency["status"] as? String == "shown" else { continue }
            #expect(saliency["png"] == nil && saliency["file"] as? String == "maps/good-\(label["code"]!).png")
            #expect(try scratch.data("maps/good-\(label["code"]!).png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
        }

        let csv = try scratch.heartsense("predict", "run/model.h5", "good.png", "blank.png", "--csv")
        #expect(csv.status == 1)
        #expect(csv.output.hasPrefix("file,decision,uncertain,N,S,V,F,Q,M\ngood.png,"))
        #expect(csv.output.split(separator: "\n").count == 2)
    }

    private func damagedModels(_ scratch: Scratch) throws {
        let sound = try scratch.data("run/model.h5")
        var flipped = sound
        flipped[flipped.count / 2] ^= 4
        var version = sound
        version.replaceSubrange(version.range(of: Data("version 1".utf8))!, with: Data("version 2".utf8))
        for (content, words) in [
            (Data(), "empty"), (sound.prefix(300), "HeartSense model"), (sound.prefix(sound.count / 2), "damaged"),
            (flipped, "damaged"), (version, "Upgrade heartsense"), (try SpikePicture.png(1), "PNG"),
        ] {
            try scratch.write("other.h5", Data(content))
            let outcome = try scratch.heartsense("predict", "other.h5", "good.png")
            #expect(outcome.isSentence && outcome.output.isEmpty, "\(outcome)")
            #expect(outcome.errors.hasPrefix("Error: other.h5: ") && outcome.errors.contains(words), "\(outcome)")
        }
        let none = try scratch.heartsense("predict", "none.h5", "good.png")
        #expect(none.isSentence && none.errors.contains("none.h5: there is no such file"), "\(none)")
    }

    /// Simulates a full disk by a limit on the file size.
    private func fullDisk(_ scratch: Scratch) throws {
        let before = scratch.everything()
        let outcome = try scratch.heartsense("train", "small.yaml", "--output", "full", shell: "ulimit -f 8")
        #expect(outcome.isSentence && outcome.errors.contains("full/model.h5"), "\(outcome)")
        let left = scratch.everything().filter { !before.contains($0) }
        let names = ["config.yaml", "log.txt", "environment.json", "checkpoint", "checkpoint/key"]
        let allowed = names.map { "full/\($0)" }
        #expect(left.allSatisfy { $0 == "full" || allowed.contains($0) }, "\(left)")

        let features = try scratch.heartsense(
            "features", "data", "--weights", "random", "--size", "32", "--cache", "off", "--output", "f.h5",
            shell: "ulimit -f 2")
        #expect(features.isSentence && features.errors.contains("f.h5"), "\(features)")
        #expect(!scratch.everything().contains { $0.hasSuffix("f.h5") || $0.contains(".f.") })

        let printed = try scratch.heartsense("predict", "run/model.h5", "good.png", output: "/dev/full")
        #expect(printed.isSentence && printed.errors.contains("No space left"), "\(printed)")
    }
}
