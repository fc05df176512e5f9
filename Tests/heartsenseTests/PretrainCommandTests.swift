import Foundation
import TestSupport
import Testing

struct PretrainCommandTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.writePictures(["N": 10, "S": 6, "V": 8])
        try scratch.write(
            "small.yaml",
            """
            name: small
            dataset: {path: data}
            preprocessing: {size: 32}
            network: {alpha: 0.05}
            schedule: {epochs: 3, epoch_images: 32, batch: 8}
            """)
    }

    /// Starts a run, sends a signal when its log contains `line`, and returns the exit status.
    private func interrupt(_ signal: Int32, when line: String) throws -> Int32 {
        let pretrain = try Child(
            Program.path("heartsense"), ["pretrain", "small.yaml", "--output", "run"], in: scratch.path, errors: .none)
        while pretrain.isRunning, (try? scratch.text("run/log.txt"))?.contains(line) != true { usleep(2000) }
        pretrain.signal(signal)
        return pretrain.wait()
    }

    @Test func `a run that kill -9 or SIGTERM ended is resumed to the same bytes`() throws {
        #expect(try scratch.heartsense("pretrain", "small.yaml", "--output", "whole", "--threads", "1").status == 0)
        let expected = try scratch.data("whole/weights.h5")
        for (signal, line, status) in [(SIGKILL, "Epoch 1 of 3", -SIGKILL), (SIGTERM, "validation pictures", 1)] {
            try? FileManager.default.removeItem(atPath: scratch("run"))
            #expect(try interrupt(signal, when: line) == status)
            #expect(FileManager.default.fileExists(atPath: scratch("run/checkpoint.h5")))
            let outcome = try scratch.heartsense("pretrain", "small.yaml", "--output", "run", "--resume")
            #expect(outcome.status == 0 && outcome.output.contains("Weights: run/weights.h5"), "\(outcome.errors)")
            #expect(try scratch.text("run/log.txt").contains("Continuing after epoch"))
            #expect(try scratch.data("run/weights.h5") == expected)
            #expect(try scratch.text("run/metrics.csv") == scratch.text("whole/metrics.csv"))
        }
    }

    @Test func `the keys, the preview and the plan`() throws {
        let listing = try scratch.heartsense("pretrain", "--help-config")
        #expect(listing.status == 0 && listing.output.contains("stretch_amplitude: 0.25"))
        #expect(!listing.output.contains("classifiers:"))
        #expect(try scratch.heartsense("train", "--help-config").output.contains("stretch_amplitude: 0.25"))
        // Few effects, because gnuplot takes seconds for a large sheet.
        try scratch.write(
            "few.yaml",
            try scratch.text("small.yaml")
                + """

                augmentation:
                  perspective: 0
                  stretch_time: 0
                  stretch_amplitude: 0
                  wander: 0
                  crop: 0
                  erase: 0
                  resolution: 1
                  anti_aliasing: 0
                  ink: 0
                  inversion: 0
                  shade: 0
                  blur: 0
                  noise: 0
                  jpeg: 0
                  rotation: 0
                  thinner: 1
                  grid: 0
                """)
        let preview = try scratch.heartsense("pretrain", "few.yaml", "--preview", "sheet.png")
        #expect(preview.status == 0 && preview.output == "Augmentation: sheet.png\n", "\(preview.errors)")
        #expect(try scratch.data("sheet.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let plan = try scratch.heartsense("pretrain", "small.yaml", "--dry-run")
        #expect(plan.output.contains("Pictures: 32 per epoch, 96 in total"))
        #expect(!FileManager.default.fileExists(atPath: scratch("runs")))
    }

    @Test func `invalid input gives an error message`() throws {
        #expect(try scratch.heartsense("pretrain").status == 2)
        #expect(try scratch.heartsense("pretrain", "small.yaml", "--preview", "sheet.gif").status == 2)
        let key = try scratch.heartsense("pretrain", "small.yaml", "optimiser.rate=1")
        #expect(key.isSentence && key.sentence.contains("optimizer.rate"), "\(key.errors)")
        let none = try scratch.heartsense("pretrain", "small.yaml", "dataset.path=data,nowhere")
        #expect(none.isSentence && none.sentence.contains("nowhere"), "\(none.errors)")
        let weights = try scratch.heartsense("pretrain", "small.yaml", "network.start=small.yaml")
        #expect(weights.isSentence && weights.sentence.contains("small.yaml"), "\(weights.errors)")
        try scratch.write("data/N/0.png", "not a picture")
        let picture = try scratch.heartsense("pretrain", "small.yaml")
        #expect(picture.isSentence && picture.sentence.contains("data/N/0.png"), "\(picture.errors)")
        let skipped = try scratch.heartsense(
            "pretrain", "small.yaml", "dataset.skip_unreadable=true", "schedule.epochs=1")
        #expect(skipped.status == 0 && skipped.errors.contains("Skipped data/N/0.png"), "\(skipped.errors)")
        #expect(!FileManager.default.fileExists(atPath: scratch("runs/small/.tmp")))
    }
}
