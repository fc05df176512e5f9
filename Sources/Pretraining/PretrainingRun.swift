import Datasets
import Distribution
import Files
import Foundation
import Imaging
import LinearAlgebra
import Logging
import NeuralNetwork
import Progress
import Runs

/// A pretraining run: from a configuration to a run folder with `weights.h5`.
public struct PretrainingRun: Sendable {
    public let configuration: PretrainingConfiguration

    public init(configuration: PretrainingConfiguration) {
        self.configuration = configuration
    }

    /// The points at which a test can interrupt a run.
    enum Stage: Equatable, Sendable {
        case begun
        /// The last finished step: epoch and step, from 0.
        case step(Int, Int)
        case epoch(Int)
        case weights
    }

    /// Reads the pictures, trains, and writes weights, curves and card.
    ///
    /// SIGTERM and SIGINT end the run after the step in progress and save its state.
    ///
    /// - Parameters:
    ///   - output: the run's folder; nil for `runs/<name>/<time>/`.
    ///   - resume: whether to continue an interrupted run. A finished run returns its summary.
    ///   - ranks: the processes that divide every batch. The bytes of the results do not depend on their number.
    /// - Returns: nil in other ranks than 0, which write no files.
    /// - Throws: every error of the stages; `PretrainingError.interrupted` after a signal.
    public func run(output: String?, resume: Bool, workers: Workers, ranks: Ranks = .alone) throws -> RunOutcome? {
        let stop = StopRequest()
        stop.listen()
        defer { stop.stopListening() }
        do {
            return try run(output: output, resume: resume, workers: workers, ranks: ranks, stop: stop) { _ in }
        } catch PretrainingError.interrupted where !ranks.isFirst {
            // Rank 0 reports it.
            return nil
        }
    }

    /// Runs with a stop request and a hook for tests.
    ///
    /// - Parameter reached: called after each stage. An error that it throws ends the run at once, like a power
    ///   failure.
    func run(
        output: String?, resume: Bool, workers: Workers, ranks: Ranks = .alone, stop: StopRequest,
        reached: (Stage) throws -> Void
    ) throws -> RunOutcome? {
        let session = RunSession(
            name: configuration.name, text: configuration.yaml, output: output, resume: resume)
        // Only rank 0 needs the folder, which other hosts may not have.
        let finished = ranks.isFirst ? try session.finished() : nil
        if ranks.any(finished != nil) { return finished }
        // Data and weights are checked first, so that an error leaves no folder.
        let data = try PretrainingData(configuration.dataset, seed: configuration.seed)
        let (network, frozen) = try start(labels: data.labelSpace.count)
        let material = try PretrainingMaterial(data, configuration: configuration, workers: workers)
        try PretrainingLoop.check(
            ranks, imagesPerStep: min(configuration.schedule.batch, material.plan.count))
        let key = key(of: material, network)
        try ranks.checkEqual(
            "The run (version, configuration, pictures or start)", key.description,
            advice: "Give all ranks the same program and the same files.")
        try ranks.checkEqual(
            "The instruction set", InstructionSet.preferred.rawValue,
            advice: "Set HEARTSENSE_INSTRUCTIONS to the smaller of both for all ranks.")
        let environment = EnvironmentRecord(workers: workers)
        let begun =
            ranks.isFirst
            ? try session.begin("pretraining \(configuration.name)", environment: environment) : nil
        let log = begun?.1 ?? Logger(label: "heartsense") { _ in SwiftLogNoOpLogHandler() }
        if ranks.size > 1 { log.info("\(ranks.size) ranks on \(ranks.hosts.joined(separator: ", "))") }
        for note in material.notes { log.warning("\(note)") }
        log.info("\(material.summary)")
        try reached(.begun)

        let output = begun.map { (folder: $0.0, checkpoint: PretrainingCheckpoint(in: $0.0, key: key)) }
        var state = PretrainingState(network, configuration.optimizer, frozen: frozen)
        if try PretrainingCheckpoint.restore(&state, from: output?.checkpoint, key: key, ranks: ranks) {
            log.info("Continuing after epoch \(state.epoch), step \(state.step)")
        }
        var loop = try PretrainingLoop(
            configuration: configuration, material: material, frozen: frozen, output: output, workers: workers,
            ranks: ranks, stop: stop, log: log)
        try loop.run(&state, reached: reached)
        guard let (folder, checkpoint) = output else { return nil }

        let kept = configuration.schedule.keep == .best ? state.best ?? state.average.network : state.average.network
        let result = PretrainingResult(
            configuration: configuration, material: material, state: state, network: kept, folder: folder)
        try result.writeWeights(log: log)
        try reached(.weights)
        try result.writeReport(command: environment.command)
        try checkpoint.remove()
        try folder.seal()
        log.info("Finished")
        return RunOutcome(folder: folder, summary: result.summary)
    }

    /// Returns the plan that `--dry-run` prints in rank 0. Nothing is trained or written.
    public func plan(ranks: Ranks = .alone, workers: Workers = .all) throws -> String {
        let data = try PretrainingData(configuration.dataset, seed: configuration.seed)
        let (network, frozen) = try start(labels: data.labelSpace.count)
        let count = configuration.schedule.epochImages ?? data.split.train.count
        let batch = configuration.schedule.batch
        try PretrainingLoop.check(ranks, imagesPerStep: min(batch, count))
        let computer = GradientComputer(
            layout: network.layout, batchSize: batch, inputSize: configuration.preprocessing.size, workers: workers,
            exchange: RankExchange(ranks))
        let share =
            "  \(ranks.name): \(computer.ownImages(of: batch).count) of \(batch) images per step, "
            + "\(computer.plannedBytes >> 20) MiB, threads: \(workers.count)\n"
        let shares = ranks.gather(Array(share.utf8)).map { String(decoding: $0, as: UTF8.self) }
        return configuration.yaml + "\n" + PretrainingMaterial.counts(of: data)
            + "Network: \(network.layout.count) parameters, \(frozen.count) of \(network.layout.layers.count) layers "
            + "frozen, \(computer.plannedBytes >> 20) MiB per step\n"
            + (ranks.size > 1 ? "Ranks: \(ranks.size)\n" + shares.joined() : "")
            + "Pictures: \(count) per epoch, \(count * configuration.schedule.epochs) in total\n"
            + "This was a dry run: nothing was trained.\n"
    }

    /// Draws a contact sheet of augmented pictures.
    ///
    /// - Parameter path: a `.png` or `.svg` file.
    public func preview(to path: String, workers: Workers) throws {
        let data = try PretrainingData(configuration.dataset, seed: configuration.seed)
        try AugmentationSheet(data, configuration: configuration, workers: workers).figure.write(to: path)
    }

    /// Returns the network before the first step, and the names of its frozen layers.
    private func start(labels: Int) throws -> (TrainableNetwork, Set<String>) {
        let section = configuration.network
        let network =
            try section.start.map {
                TrainableNetwork(
                    weights: try WeightsFile.read($0).weights, labelCount: labels, seed: configuration.seed)
            } ?? TrainableNetwork(alpha: section.alpha, labelCount: labels, seed: configuration.seed)
        for prefix in section.frozen where network.layout.layers(beginningWith: [prefix]).isEmpty {
            throw PretrainingError.unknownLayers(prefix: prefix)
        }
        let frozen = network.layout.layers(beginningWith: section.frozen)
        guard frozen.count < network.layout.layers.count else { throw PretrainingError.everythingFrozen }
        return (network, frozen)
    }

    /// Returns the digest of everything that the steps depend on.
    private func key(of material: PretrainingMaterial, _ network: TrainableNetwork) -> Digest {
        Digest(
            of: "\(HeartSenseVersion.current)\n\(configuration.yaml)\n\(material.digest)\n\(network.weights.digest)\n")
    }
}
