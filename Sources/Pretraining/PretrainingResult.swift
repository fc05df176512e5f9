import Files
import Foundation
import HDF5
import Logging
import NeuralNetwork
import Runs

/// The result of a pretraining run: weights, curves and card.
struct PretrainingResult {
    let configuration: PretrainingConfiguration
    let material: PretrainingMaterial
    let state: PretrainingState
    /// The network whose weights are kept.
    let network: TrainableNetwork
    let folder: RunFolder

    var weightsPath: String { "\(folder.path)/weights.h5" }
    private var headPath: String { "\(folder.path)/head.h5" }

    private static let headFileHeader = ChecksumHeader(kind: "HeartSense head", version: 1)

    /// Writes the weights in Keras' layout and reads them back.
    ///
    /// - Throws: `WeightsError`, `FileError`, `HDF5Error`; `PretrainingError.notLoadedBack`.
    func writeWeights(log: Logger) throws {
        let weights = network.weights
        let precision = configuration.network.precision
        try WeightsFile.write(weights, to: weightsPath, precision: precision)
        let read = try WeightsFile.read(weightsPath).weights
        for (written, found) in zip(weights.layers, read.layers) {
            let expected =
                precision == .float16 ? written.kernel.map { Float(Float16($0)) } : written.kernel
            guard found.name == written.name, found.shape == written.shape, found.kernel == expected,
                found.gamma == written.gamma, found.beta == written.beta, found.mean == written.mean,
                found.variance == written.variance
            else { throw PretrainingError.readBackMismatch(path: weightsPath, reason: "layer \(written.name) differs") }
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: weightsPath)[.size] as? Int) ?? 0
        let megabytes = String(format: "%.1f MB", Double(size) / 1e6)
        let place = "\(weightsPath) (\(precision.rawValue), \(megabytes))"
        log.info("Weights written to \(place) and read back: \(read.digest)")
        guard configuration.network.writesHead else { return }
        try HDF5File.create(headPath, header: Self.headFileHeader) { root in
            try root.attributes.set("label_space", to: material.data.labelSpace.yaml)
            try root.write(
                network.headKernel, shape: [network.layout.featureCount, network.layout.labelCount], to: "kernel")
            try root.write(network.headBias, to: "bias")
        }
        log.info("Head written to \(headPath)")
    }

    /// Writes the curves, the card and the summary.
    ///
    /// - Throws: `FileError`, `PlotError`.
    func writeReport(command: [String]) throws {
        try curves.write(to: folder, kinds: ["svg", "png"])
        let card = PretrainingCard(
            configuration: configuration, material: material, state: state, kept: curves.kept, command: command,
            weights: try Digest(ofFile: weightsPath), log: folder[.log])
        try AtomicFile.write(try card.text(), to: folder[.modelCard])
        try AtomicFile.write(summary, to: folder.summary)
    }

    private var curves: PretrainingCurves { PretrainingCurves(history: state.history, configuration: configuration) }

    /// The summary for the terminal.
    var summary: String {
        var text = curves.terminal
        if let kept = state.history.first(where: { $0.epoch == curves.kept }) {
            text += String(
                format: "Kept: epoch %d of %d. Top-1 macro F1 %.3f, accuracy %.3f; augmented %.3f, %.3f\n", kept.epoch,
                state.history.count, kept.validation.top1F1, kept.validation.top1Accuracy, kept.augmented.top1F1,
                kept.augmented.top1Accuracy)
        }
        return text + "Weights: \(weightsPath)\nCard:    \(folder[.modelCard])\n"
    }
}
