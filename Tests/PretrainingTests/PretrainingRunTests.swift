import Files
import Foundation
import HDF5
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import Pretraining
@testable import Runs

@Suite struct PretrainingRunTests {
    private struct Interruption: Error {}

    @Test func `a run writes weights in the layout of Keras, curves, a card and checksums`() throws {
        let sample = try SamplePretraining()
        let outcome = try sample.run("run", ["network.head=true", "network.precision=float16"])
        let folder = outcome.folder
        let names = try sample.scratch.names(in: "run")
        #expect(
            Set(names) == [
                "config.yaml", "environment.json", "head.h5", "log.txt", "manifest.sha256", "metrics.csv",
                "model-card.md", "plots", "summary.txt", "tensorboard", "weights.h5",
            ])
        let weights = try WeightsFile.read("\(folder.path)/weights.h5").weights
        #expect(weights.layers[0].kernel.allSatisfy { Float(Float16($0)) == $0 })
        let table = try FileContent.text(of: "\(folder.path)/metrics.csv").split(separator: "\n")
        #expect(table.count == 3 && table[0].hasPrefix("epoch,step,learning_rate,training_loss"))
        #expect(table[2].hasPrefix("2,4,"))
        let card = try FileContent.text(of: folder[.modelCard])
        #expect(card.contains("Not a medical device") && card.contains("| N | Normal | 11 | 3 |"))
        let log = try FileContent.text(of: folder[.log])
        #expect(log.contains("read back: \(weights.digest)") && log.contains("Epoch 2 of 2: loss "))
        #expect(outcome.summary.contains("Kept: epoch 2 of 2"))
        // Resuming a finished run returns its summary.
        let again = try sample.run(
            "run", ["network.head=true", "network.precision=float16"], resume: true)
        #expect(again.summary.contains("is already finished") && again.summary.contains("Kept: epoch 2 of 2"))
    }

    @Test func `a resumed run has the same bytes as an uninterrupted one, for any number of threads`() throws {
        let sample = try SamplePretraining()
        try sample.run("whole", threads: 1)
        let expected = try sample.results("whole")
        let stages: [PretrainingRun.Stage] = [.begun, .step(0, 0), .step(1, 0), .epoch(0), .epoch(1), .weights]
        for (number, stage) in stages.enumerated() {
            #expect(throws: Interruption.self) {
                try sample.run("\(stage)", threads: 1 + number % 3) { if $0 == stage { throw Interruption() } }
            }
            // The remains of a killed writer.
            try sample.scratch.write("\(stage)/.checkpoint.4711-99.tmp.h5", "half")
            var steps = 0
            try sample.run("\(stage)", resume: true, threads: 1 + (number + 1) % 3) {
                if case .step = $0 { steps += 1 }
            }
            #expect(try sample.results("\(stage)") == expected, "\(stage)")
            #expect(steps == [4, 4, 2, 2, 0, 0][number], "\(stage)")
            #expect(try !sample.scratch.names(in: "\(stage)").contains { $0.hasPrefix(".") || $0 == "checkpoint.h5" })
        }
    }

    @Test func `a signal ends the run after the current step, and no step runs twice`() throws {
        let sample = try SamplePretraining()
        try sample.run("whole")
        let stop = StopRequest()
        #expect(throws: PretrainingError.interrupted(folder: sample.scratch("run"))) {
            try sample.run("run", stop: stop) { if $0 == .step(0, 0) { stop.request() } }
        }
        var stages: [PretrainingRun.Stage] = []
        try sample.run("run", resume: true) { stages.append($0) }
        #expect(stages == [.begun, .step(0, 1), .epoch(0), .step(1, 0), .step(1, 1), .epoch(1), .weights])
        #expect(try sample.results("run") == sample.results("whole"))
    }

    @Test func `a checkpoint of other data and a damaged checkpoint are rejected`() throws {
        let sample = try SamplePretraining()
        #expect(throws: Interruption.self) {
            try sample.run("run") { if $0 == .epoch(0) { throw Interruption() } }
        }
        #expect(throws: RunError.otherConfiguration(path: sample.scratch("run"))) {
            try sample.run("run", ["seed=4"], resume: true)
        }
        let path = sample.scratch("run/checkpoint.h5")
        let whole = try FileContent.bytes(of: path)
        var damaged = whole
        damaged[damaged.count / 2] ^= 4
        try damaged.write(to: URL(fileURLWithPath: path))
        #expect(throws: HDF5Error.self) { try sample.run("run", resume: true) }
        try whole.write(to: URL(fileURLWithPath: path))
        try sample.scratch.write("data/N/more.png", SamplePictures.png(99))
        #expect(throws: PretrainingError.checkpointMismatch(path: path)) { try sample.run("run", resume: true) }
    }

    @Test func `training reduces the loss`() throws {
        let sample = try SamplePretraining()
        let outcome = try sample.run(
            "run",
            [
                "augmentation.share=0", "schedule.epochs=15", "schedule.epoch_images=24", "network.dropout=0",
                "optimizer.rate=0.005",
            ])
        let losses = try FileContent.text(of: "\(outcome.folder.path)/metrics.csv").split(separator: "\n").dropFirst()
            .map { Double($0.split(separator: ",")[3])! }
        // The sum of three epochs, because a single epoch of three steps is noisy.
        let first: Double = losses.prefix(3).reduce(0, +)
        let last: Double = losses.suffix(3).reduce(0, +)
        #expect(last < 0.8 * first, "\(losses)")
    }

    @Test func `frozen layers do not change`() throws {
        let sample = try SamplePretraining()
        let start = MobileNetV2Weights.random(alpha: 0.05, seed: 5)
        try WeightsFile.write(start, to: sample.scratch("start.h5"))
        let outcome = try sample.run(
            "run",
            [
                "network.start=\(sample.scratch("start.h5"))", "network.frozen=Conv1, bn_Conv1, expanded_conv",
                "network.batch_normalisation=frozen", "schedule.epochs=1", "optimizer.average=off",
            ])
        let end = try WeightsFile.read("\(outcome.folder.path)/weights.h5").weights
        for (before, after) in zip(start.layers, end.layers) {
            #expect(before.mean == after.mean && before.variance == after.variance, "\(before.name)")
            let isFrozen = before.name.hasPrefix("expanded_conv")
            if before.name != "Conv1" { #expect((before.kernel == after.kernel) == isFrozen, "\(before.name)") }
            #expect((before.gamma == after.gamma) == (isFrozen || before.name == "Conv1"), "\(before.name)")
        }
    }

    @Test func `early stopping ends a run without improvement, and the best weights can be kept`() throws {
        let sample = try SamplePretraining()
        // With a learning rate of 0 no epoch is better than the first.
        let outcome = try sample.run(
            "run",
            [
                "optimizer.rate=0", "network.batch_normalisation=frozen", "schedule.epochs=9",
                "schedule.patience=2", "schedule.keep=best",
            ])
        let table = try FileContent.text(of: "\(outcome.folder.path)/metrics.csv")
        #expect(table.split(separator: "\n").count == 4)
        #expect(outcome.summary.contains("Kept: epoch 1 of 3"))
        #expect(try FileContent.text(of: outcome.folder[.log]).contains("Stopped early: no epoch after epoch 1"))
    }

    @Test func `a diverging loss ends the run with advice`() throws {
        let sample = try SamplePretraining()
        #expect {
            try sample.run(
                "run",
                [
                    "optimizer.rate=1000", "optimizer.rule=sgd", "optimizer.clip=off",
                    "optimizer.weight_decay=1000", "schedule.epochs=40",
                ])
        } throws: { error in
            "\(error)".contains("Lower optimizer.rate")
        }
    }

    @Test func `unknown layer names and a network without trainable layers are rejected`() throws {
        let sample = try SamplePretraining()
        #expect(throws: PretrainingError.unknownLayers(prefix: "layer4")) {
            try sample.run("run", ["network.frozen=Conv1, layer4"])
        }
        #expect(throws: PretrainingError.everythingFrozen) {
            try sample.run("run", ["network.frozen=C, b, e, p"])
        }
        // No run folder was created.
        #expect(try sample.scratch.names() == ["data"])
    }

    @Test func `the contact sheet has a row for each enabled effect`() throws {
        let sample = try SamplePretraining()
        let sheet = try AugmentationSheet(
            PretrainingData(sample.pretraining().configuration.dataset, seed: 3),
            configuration: sample.pretraining(["augmentation.jpeg=0"]).configuration, workers: Workers(count: 2))
        let captions = Set(sheet.figure.pictures.map(\.caption))
        #expect(captions.isSuperset(of: ["N", "S", "V", "thicker", "grid", "all together"]))
        #expect(!captions.contains("jpeg"))
        #expect(sheet.figure.pictures.count == 6 * 20)
    }

    @Test func `a dry run prints the plan and writes nothing`() throws {
        let sample = try SamplePretraining()
        let plan = try sample.pretraining().plan()
        #expect(plan.contains("Pictures: 16 per epoch, 32 in total") && plan.contains("Labels: N 14, S 6, V 10, F 0"))
        #expect(try sample.scratch.names() == ["data"])
    }
}
