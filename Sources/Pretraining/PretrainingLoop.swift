import Distribution
import Evaluation
import Foundation
import LinearAlgebra
import Logging
import NeuralNetwork
import Progress
import Runs

/// The training loop: runs all remaining steps and epochs of a state.
struct PretrainingLoop {
    let configuration: PretrainingConfiguration
    let material: PretrainingMaterial
    let frozen: Set<String>
    /// The run's folder and checkpoint; nil in other ranks than 0.
    let output: (folder: RunFolder, checkpoint: PretrainingCheckpoint)?
    let workers: Workers
    let ranks: Ranks
    let stop: StopRequest
    let log: Logger
    private let batches: TrainingBatches
    private let validation: NetworkValidation
    private let loss: SigmoidLoss
    private let rate: LearningRate
    private var gradient: [Float] = []
    private var events: TensorBoardEvents?

    init(
        configuration: PretrainingConfiguration, material: PretrainingMaterial, frozen: Set<String>,
        output: (folder: RunFolder, checkpoint: PretrainingCheckpoint)?, workers: Workers, ranks: Ranks,
        stop: StopRequest, log: Logger
    ) throws {
        self.configuration = configuration
        self.material = material
        self.frozen = frozen
        self.output = output
        self.workers = workers
        self.ranks = ranks
        self.stop = stop
        self.log = log
        batches = TrainingBatches(
            data: material.data, store: material.store, plan: material.plan, batch: configuration.schedule.batch,
            labelSmoothing: configuration.classes.labelSmoothing)
        validation = NetworkValidation(
            data: material.data, store: material.store, rows: material.validation, ranks: ranks)
        let positive = configuration.classes.weight.weights(shares: material.plan.shares(material.data.truth))
        loss = SigmoidLoss(positive: positive, negative: positive.map { _ in 1 })
        let steps = batches.stepsPerEpoch
        rate = LearningRate(
            peak: configuration.optimizer.rate,
            warmUp: Int((configuration.schedule.warmUp * Double(steps)).rounded()),
            steps: steps * configuration.schedule.epochs, final: configuration.schedule.final)
    }

    /// - Throws: `PretrainingError.tooManyRanks`.
    static func check(_ ranks: Ranks, imagesPerStep: Int) throws {
        let most = GradientComputer.mostProcesses(batchSize: imagesPerStep)
        guard ranks.size <= most else {
            throw PretrainingError.tooManyRanks(ranks.size, most: most, imagesPerStep: imagesPerStep)
        }
    }

    /// Trains from `state` to the last epoch, or until early stopping.
    ///
    /// - Parameter reached: called after each step and epoch.
    /// - Throws: `PretrainingError.interrupted`, `.diverged`; errors of the checkpoint and of `reached`.
    mutating func run(_ state: inout PretrainingState, reached: (PretrainingRun.Stage) throws -> Void) throws {
        let schedule = configuration.schedule
        let steps = batches.stepsPerEpoch
        events = try startEvents(state.history)
        let computer = GradientComputer(
            layout: state.network.layout, batchSize: batches.imagesPerStep,
            inputSize: configuration.preprocessing.size, workers: workers, exchange: RankExchange(ranks))
        let own = computer.ownImages(of: batches.imagesPerStep)
        // A rank makes pictures while it waits for others, so that their different times do not add up.
        let (source, threads) = (batches, workers.count > 1 || ranks.size > 1 ? workers.count : 0)
        let producer = BatchProducer(
            state.epoch * steps + state.step ..< schedule.epochs * steps, threads: threads, ahead: 2
        ) { source.make($0, own: own) }
        defer { producer.stop() }
        let began = (time: ContinuousClock.now, epoch: Double(state.epoch) + Double(state.step) / Double(steps))
        while state.epoch < schedule.epochs, !state.isStale(after: schedule.patience) {
            let bar = ProgressBar("Epoch \(state.epoch + 1) of \(schedule.epochs)", unit: "images")
            let start = (time: ContinuousClock.now, step: state.step, waited: ranks.waitedSeconds)
            bar.show(state.step * schedule.batch, of: batches.imagesPerEpoch)
            while state.step < steps {
                let batch = producer.batch(state.epoch * steps + state.step)
                try step(&state, batch, computer)
                bar.show(min(state.step * schedule.batch, batches.imagesPerEpoch), of: batches.imagesPerEpoch)
                try reached(.step(state.epoch, state.step - 1))
                // All ranks stop after the same step, wherever the signal arrives first.
                if ranks.any(stop.isRequested) {
                    try output?.checkpoint.write(state)
                    throw PretrainingError.interrupted(folder: output?.folder.path ?? "")
                }
            }
            let seconds = (ContinuousClock.now - start.time).seconds
            let images = Double(batches.imagesPerEpoch - start.step * schedule.batch)
            let ownImages = Double((steps - start.step) * own.count)
            let ownRate = ownImages / max(1e-9, seconds - (ranks.waitedSeconds - start.waited))
            try finishEpoch(&state)
            let done = Double(state.epoch) - began.epoch
            let left = (ContinuousClock.now - began.time).seconds / done * Double(schedule.epochs - state.epoch)
            let rates = ranks.gather(Array(String(format: "%.0f", ownRate).utf8))
            log.info("\(line(of: state, imagesPerSecond: images / seconds, rates: rates, secondsLeft: left))")
            try reached(.epoch(state.epoch - 1))
        }
        if state.epoch < schedule.epochs, let best = state.bestEpoch {
            log.info("Stopped early: no epoch after epoch \(best) was better")
        }
    }

    private mutating func step(
        _ state: inout PretrainingState, _ batch: TrainingBatch, _ computer: GradientComputer
    ) throws {
        let number = state.optimizer.steps
        var dropout = SeededGenerator(seed: configuration.seed, purpose: "dropout", index: number)
        let result = computer.gradient(
            of: &state.network, images: batch.images, targets: batch.targets, loss: loss,
            dropout: configuration.network.dropout, dropoutSeed: dropout.next(),
            batchNormalization: configuration.network.normalization, frozen: frozen, into: &gradient)
        let norm = GradientNorm.of(gradient, workers: workers)
        guard result.loss.isFinite, norm.isFinite else {
            throw PretrainingError.diverged(epoch: state.epoch + 1, step: state.step + 1)
        }
        state.optimizer.step(
            &state.network.parameters, gradient: gradient,
            scale: GradientNorm.scale(norm: norm, limit: configuration.optimizer.clip), rate: rate(number),
            workers: workers)
        state.average.update(with: state.network, workers: workers)
        state.lossSum += result.loss
        state.normSum += norm
        state.step += 1
    }

    /// Validates the network and writes a checkpoint. A later interruption does not lose this epoch.
    private mutating func finishEpoch(_ state: inout PretrainingState) throws {
        let none = EpochRecord.Scores(loss: 0, top1Accuracy: 0, top1F1: 0, areaUnderROC: nil)
        let network = state.average.network
        let record = EpochRecord(
            epoch: state.epoch + 1, step: state.optimizer.steps, rate: rate(state.optimizer.steps - 1),
            loss: state.lossSum / Double(state.step), gradientNorm: state.normSum / Double(state.step),
            validation: validation.scores(of: network, isAugmented: false, workers: workers) ?? none,
            augmented: validation.scores(of: network, isAugmented: true, workers: workers) ?? none)
        state.history.append(record)
        state.epoch += 1
        (state.step, state.lossSum, state.normSum) = (0, 0, 0)
        if configuration.schedule.keep == .best, state.bestEpoch == state.epoch { state.best = network }
        try ranks.checkEqual(
            "The network after epoch \(state.epoch)", state.network.weights.digest.description,
            advice: "Use the same program, libraries and kind of processor for all ranks, or set "
                + "HEARTSENSE_INSTRUCTIONS.")
        guard let output else { return }
        try output.checkpoint.write(state)
        try PretrainingCurves(history: state.history, configuration: configuration)
            .write(to: output.folder, kinds: ["svg"])
        try events?.add(record.tagged, step: record.step, at: Date())
    }

    /// - Parameter rates: the rate of each rank without the time that it waited for others.
    private func line(
        of state: PretrainingState, imagesPerSecond: Double, rates: [[UInt8]], secondsLeft: Double
    ) -> String {
        guard let record = state.history.last else { return "" }
        let numbers =
            String(
                format: "loss %.4f, validation loss %.4f, top-1 F1 %.3f, augmented %.3f, rate %.2g, %.0f images/s",
                record.loss, record.validation.loss, record.validation.top1F1, record.augmented.top1F1, record.rate,
                imagesPerSecond)
        let left = state.epoch < configuration.schedule.epochs ? ", \(ProgressBar.duration(secondsLeft)) left" : ""
        let texts = rates.map { String(decoding: $0, as: UTF8.self) }
        let ofRanks = texts.count > 1 ? " (ranks: \(texts.joined(separator: ", ")))" : ""
        return "Epoch \(record.epoch) of \(configuration.schedule.epochs): \(numbers)\(ofRanks)\(left)"
    }

    /// Rewrites the TensorBoard events of earlier epochs, because an interrupted run may have lost some.
    private func startEvents(_ history: [EpochRecord]) throws -> TensorBoardEvents? {
        guard let folder = output?.folder else { return nil }
        let path = "\(folder.path)/tensorboard"
        try? FileManager.default.removeItem(atPath: path)
        let events = try TensorBoardEvents(folder: path, start: Date())
        for record in history { try events.add(record.tagged, step: record.step, at: Date()) }
        return events
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

extension EpochRecord {
    fileprivate var tagged: [(tag: String, value: Double)] {
        values.compactMap { name, value in value.map { ("pretraining/\(name)", $0) } }
    }
}
