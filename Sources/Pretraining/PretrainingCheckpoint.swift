import Files
import Foundation
import HDF5
import NeuralNetwork
import Runs

/// The state of an unfinished pretraining in one sealed file: `checkpoint.h5` in the run's folder.
///
/// It is written whole or not at all, and read back it goes on to the same bytes as if nothing had happened.
struct PretrainingCheckpoint {
    let path: String
    /// Of data and configuration: a state counts for these alone.
    let key: Digest

    static let seal = FileSeal(kind: "HeartSense pretraining", version: 1)

    init(in folder: RunFolder, key: Digest) {
        path = "\(folder.path)/checkpoint.h5"
        self.key = key
    }

    var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    /// - Throws: `FileError`, `HDF5Error`.
    func write(_ state: PretrainingState) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let history = String(decoding: try encoder.encode(state.history), as: UTF8.self)
        try HDF5File.create(path, seal: Self.seal) { root in
            try root.attributes.set("key", to: "\(key)")
            try root.write([state.epoch, state.step, state.optimizer.steps, state.average.steps], to: "counters")
            try root.write([state.lossSum, state.normSum], to: "sums")
            // As a dataset: an attribute holds 64 KiB at most, which a long history outgrows.
            try root.write([history], to: "history")
            try Self.write(state.network, to: root.makeGroup("network"))
            try Self.write(state.average.network, to: root.makeGroup("average"))
            if let best = state.best { try Self.write(best, to: root.makeGroup("best")) }
            try root.write(state.optimizer.first, to: "first_moments")
            try root.write(state.optimizer.second, to: "second_moments")
        }
    }

    /// Puts a state back to where the file is.
    ///
    /// - Parameter state: as at the start of the run.
    /// - Throws: `FileError`, `HDF5Error` for a damaged file; `PretrainingError.otherRun`, `.damagedCheckpoint`.
    func restore(_ state: inout PretrainingState) throws {
        _ = try Self.seal.verify(path)
        let root = try HDF5File.open(path, seal: Self.seal).root
        guard try root.attributes.string("key") == "\(key)" else { throw PretrainingError.otherRun(path: path) }
        let layout = state.network.layout
        let counters: [Int] = try root.dataset("counters").values(shape: [4])
        guard counters.allSatisfy({ $0 >= 0 }) else {
            throw PretrainingError.damagedCheckpoint(
                path: path, object: "/counters", found: "\(counters)", expected: "counts")
        }
        let sums: [Double] = try root.dataset("sums").values(shape: [2])
        let text = try root.dataset("history").strings().first ?? ""
        do { state.history = try JSONDecoder().decode([EpochRecord].self, from: Data(text.utf8)) } catch {
            throw PretrainingError.damagedCheckpoint(
                path: path, object: "/history", found: "\(error)", expected: "what `heartsense pretrain` writes")
        }
        state.network = try Self.network(root.group("network"), layout)
        state.average = AveragedNetwork(
            of: try Self.network(root.group("average"), layout), decay: state.average.decay, steps: counters[3])
        state.best = try root.contains("best") ? Self.network(root.group("best"), layout) : nil
        state.optimizer.restore(
            first: try root.dataset("first_moments").values(shape: [state.optimizer.first.count]),
            second: try root.dataset("second_moments").values(shape: [state.optimizer.second.count]),
            steps: counters[2])
        (state.epoch, state.step) = (counters[0], counters[1])
        (state.lossSum, state.normSum) = (sums[0], sums[1])
    }

    /// The run is finished.
    func remove() throws {
        guard isThere else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw FileError.cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    private static func write(_ network: TrainableNetwork, to group: HDF5Group) throws {
        try group.write(network.parameters, to: "parameters")
        try group.write(network.movingStatistics, to: "moving_statistics")
    }

    private static func network(_ group: HDF5Group, _ layout: ParameterLayout) throws -> TrainableNetwork {
        TrainableNetwork(
            layout: layout, parameters: try group.dataset("parameters").values(shape: [layout.count]),
            movingStatistics: try group.dataset("moving_statistics").values(shape: [layout.movingCount]))
    }
}
