import Datasets
import Files
import LinearAlgebra

/// The pictures of a pretraining, read, and which of them are learnt from.
struct PretrainingMaterial: Sendable {
    let data: PretrainingData
    let store: PictureStore
    /// Rows that are learnt from and that are validated on, ascending.
    let train: [Int]
    let validation: [Int]
    let plan: SamplingPlan
    /// Sentences for the log and the card.
    let notes: [String]

    /// Reads every picture but those held back for tests.
    ///
    /// - Throws: `FileError` or `ImageError` for a picture that cannot be read, unless such are skipped; `SplitError`
    ///   if nothing is left to learn from.
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
        notes += cleaned.warnings
        let conflicting = duplicates.conflicting(data.truth)
        if !conflicting.isEmpty {
            notes.append("\(conflicting.count) pictures stand with the same pixels under different labels")
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

    /// Over pictures, labels and parts.
    var digest: Digest {
        let rows = data.truth.values + data.known.values
        return Digest(of: "\(store.digest)\n\(rows)\n\(data.labelSpace.yaml)\n\(train)\n\(validation)\n")
    }

    /// One line for the log.
    var summary: String {
        let (learnt, held) = (data.truth.selecting(rows: train).support, data.truth.selecting(rows: validation).support)
        let labels = data.labelSpace.codes.indices.map {
            "\(data.labelSpace.codes[$0]) \(learnt[$0])+\(held[$0])"
        }
        return "\(train.count) pictures to learn from, \(validation.count) for validation "
            + "(\(labels.joined(separator: ", "))), \((store.byteCount + (1 << 20) - 1) >> 20) MiB in memory"
    }

    /// A line for each data set, and one for the labels.
    static func counts(of data: PretrainingData) -> String {
        let support = data.truth.support
        let lines = data.sources.map {
            "\($0.path) (\($0.labelSpace)): \($0.train) to learn from, \($0.validation) for validation, "
                + "\($0.heldBack) held back\n"
        }
        return lines.joined() + "Labels: "
            + data.labelSpace.codes.indices.map { "\(data.labelSpace.codes[$0]) \(support[$0])" }
            .joined(separator: ", ") + "\n"
    }
}
