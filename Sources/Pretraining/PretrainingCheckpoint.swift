import Distribution
import Files
import Foundation
import HDF5
import NeuralNetwork
import Runs

/// The state of an unfinished pretraining run: `checkpoint.h5` in the run's folder, with a checksum header.
///
/// Writes are atomic. A resumed run produces the same bytes as an uninterrupted one.
struct PretrainingCheckpoint {
    let path: String
    /// The digest of data and configuration. A checkpoint with another key is rejected.
    let key: Digest

    static let header = ChecksumHeader(kind: "HeartSense pretraining", version: 1)

    init(in folder: RunFolder, key: Digest) {
        path = "\(folder.path)/checkpoint.h5"
        self.key = key
    }

    private init(path: String, key: Digest) { (self.path, self.key) = (path, key) }

    /// Restores the state in all ranks from the file that rank 0 has.
    ///
    /// - Parameter checkpoint: nil in other ranks.
    /// - Returns: whether there is a checkpoint.
    /// - Throws: what `restore` throws.
    static func restore(
        _ state: inout PretrainingState, from checkpoint: PretrainingCheckpoint?, key: Digest, ranks: Ranks
    ) throws -> Bool {
        if let checkpoint, checkpoint.exists { try checkpoint.restore(&state) }
        let isSaved = ranks.any(checkpoint?.exists ?? false)
        guard isSaved, ranks.size > 1 else { return isSaved }
        let bytes = ranks.broadcast(try checkpoint.map { [UInt8](try FileContent.bytes(of: $0.path)) } ?? [])
        guard checkpoint == nil else { return true }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("heartsense-\(UUID()).h5").path
        try AtomicFile.write(Data(bytes), to: path)
        defer { unlink(path) }
        try PretrainingCheckpoint(path: path, key: key).restore(&state)
        return true
    }

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// Writes the state.
    ///
    /// - Throws: `FileError`, `HDF5Error`.
    func write(_ state: PretrainingState) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let history = String(decoding: try encoder.encode(state.history), as: UTF8.self)
        try HDF5File.create(path, header: Self.header) { root in
            try root.attributes.set("key", to: "\(key)")
            try root.write([state.epoch, state.step, state.optimizer.steps, state.average.steps], to: "counters")
            try root.write([state.lossSum, state.normSum], to: "sums")
            // A dataset, because a long history exceeds the 64 KiB limit of an attribute.
            try root.write([history], to: "history")
            try Self.write(state.network, to: root.makeGroup("network"))
            try Self.write(state.average.network, to: root.makeGroup("average"))
            if let best = state.best { try Self.write(best, to: root.makeGroup("best")) }
            try root.write(state.optimizer.first, to: "first_moments")
            try root.write(state.optimizer.second, to: "second_moments")
        }
    }

    /// Restores the state from the file.
    ///
    /// - Parameter state: the initial state of the run, replaced by the saved one.
    /// - Throws: `FileError`; `HDF5Error` for a damaged file; `PretrainingError.checkpointMismatch`,
    ///   `.damagedCheckpoint`.
    func restore(_ state: inout PretrainingState) throws {
        _ = try Self.header.verify(path)
        let root = try HDF5File.open(path, header: Self.header).root
        guard try root.attributes.string("key") == "\(key)" else {
            throw PretrainingError.checkpointMismatch(path: path)
        }
        let layout = state.network.layout
        let counters: [Int] = try root.dataset("counters").values(shape: [4])
        guard counters.allSatisfy({ $0 >= 0 }) else {
            throw PretrainingError.damagedCheckpoint(
                path: path, object: "/counters", found: "\(counters)", expected: "non-negative counts")
        }
        let sums: [Double] = try root.dataset("sums").values(shape: [2])
        let text = try root.dataset("history").strings().first ?? ""
        do { state.history = try JSONDecoder().decode([EpochRecord].self, from: Data(text.utf8)) } catch {
            throw PretrainingError.damagedCheckpoint(
                path: path, object: "/history", found: "\(error)", expected: "a JSON list of epochs")
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

    /// Deletes the file after a finished run.
    ///
    /// - Throws: `FileError.cannotWrite`.
    func remove() throws {
        guard exists else { return }
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
