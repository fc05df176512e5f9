import Datasets
import Files
import LinearAlgebra

/// The loaded pictures of a pretraining run and their division into training and validation.
struct PretrainingMaterial: Sendable {
    let data: PretrainingData
    let store: PictureStore
    /// Training rows, ascending.
    let train: [Int]
    /// Validation rows, ascending.
    let validation: [Int]
    let plan: SamplingPlan
    /// Warnings for the log and the card.
    let notes: [String]

    /// Reads all training and validation pictures.
    ///
    /// Duplicates of validation pictures are removed from training.
    ///
    /// - Throws: `FileError` or `ImageError` for an unreadable picture, unless `skipUnreadable` is set; `SplitError` if
    ///   there are no training pictures.
    init(_ data: PretrainingData, configuration: PretrainingConfiguration, workers: Workers) throws {
        let parts = data.split.parts
        let store = try PictureStore(
            data.files, isUsed: { parts[$0] == .train || parts[$0] == .validation },
            preprocessing: configuration.preprocessing, strengths: configuration.augmentation,
            seed: configuration.seed, skipUnreadable: configuration.dataset.skipUnreadable, workers: workers)
        var notes = data.notes + store.unreadable.map { "Skipped \($0.path): \($0.reason)" }
        let duplicates = Duplicates(digests: store.pixelDigests)
        let read = Split(parts: parts.indices.map { store.has($0) ? parts[$0] : nil })
        let cleaned = duplicates.cleaned(read)
        notes += cleaned.warnings.map(\.description)
        let conflicting = duplicates.conflicting(data.truth)
        if !conflicting.isEmpty {
            notes.append("\(conflicting.count) pictures have the same pixels but different labels")
        }
        train = cleaned.train
        validation = cleaned.validation
        guard !train.isEmpty else { throw SplitError.emptyPart(.train) }
        self.data = data
        self.store = store
        self.notes = notes
        plan = SamplingPlan(
            data.truth, rows: train, sampling: configuration.classes.sampling,
            count: configuration.schedule.epochImages ?? train.count, seed: configuration.seed)
    }

    /// The digest of pictures, labels and parts.
    var digest: Digest {
        let rows = data.truth.values + data.known.values
        return Digest(of: "\(store.digest)\n\(rows)\n\(data.labelSpace.yaml)\n\(train)\n\(validation)\n")
    }

    /// One line for the log.
    var summary: String {
        let training = data.truth.selecting(rows: train).support
        let held = data.truth.selecting(rows: validation).support
        let labels = data.labelSpace.codes.indices.map {
            "\(data.labelSpace.codes[$0]) \(training[$0])+\(held[$0])"
        }
        return "\(train.count) training and \(validation.count) validation pictures "
            + "(\(labels.joined(separator: ", "))), \((store.byteCount + (1 << 20) - 1) >> 20) MiB in memory"
    }

    /// Returns one line per data set, and one with the label counts.
    static func counts(of data: PretrainingData) -> String {
        let support = data.truth.support
        let lines = data.sources.map {
            "\($0.path) (\($0.labelSpace)): \($0.train) training, \($0.validation) validation, "
                + "\($0.heldOut) held-out pictures\n"
        }
        return lines.joined() + "Labels: "
            + data.labelSpace.codes.indices.map { "\(data.labelSpace.codes[$0]) \(support[$0])" }
            .joined(separator: ", ") + "\n"
    }
}
