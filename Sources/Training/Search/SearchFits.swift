import Classifiers
import Datasets
import Distribution
import Files
import Foundation
import Inference
import LinearAlgebra
import Progress
import Synchronization

/// The fits of a search: each setting of each classifier once per left-out fold, shared by all candidates that have it.
///
/// Settings that share work are fitted together in a group.
struct SearchFits: Sendable {
    /// The candidates that are fitted on the same features and rows.
    struct Variant: Sendable {
        /// The index of the feature table.
        let table: Int
        let undersampleAbove: Int?
        /// Whether undersampling keeps a row, along `SearchRows.rows`. Others are not trained on.
        let isKept: [Bool]
        /// The settings of the classifiers, by group.
        let groups: [[Member.Parameters]]
    }

    let tables: [FeatureTable]
    let rows: SearchRows
    let variants: [Variant]
    let leftOut: [[Int]]
    let seed: UInt64
    let preparation: FeaturePreparation.Settings
    /// n × L along `rows`.
    let truth: LabelMatrix
    /// The variant of each candidate.
    let variantOfCandidate: [Int]
    /// The digest of everything that a group's values depend on, by variant, left-out folds and group.
    private let keys: [[[Digest]]]

    /// - Parameter tableOfCandidate: the index of each candidate's feature table.
    init(plan: SearchPlan, tables: [FeatureTable], tableOfCandidate: [Int], rows: SearchRows) {
        self.tables = tables
        self.rows = rows
        seed = plan.base.seed
        preparation = plan.base.features.preparation
        leftOut = rows.leftOut(isNested: plan.settings.isNested)
        truth = tables[0].dataset.truth.selecting(rows: rows.rows)
        var keys: [(table: Int, undersampleAbove: Int?)] = []
        var settings: [[Member.Parameters]] = []
        var variantOfCandidate: [Int] = []
        for (candidate, table) in zip(plan.candidates, tableOfCandidate) {
            let key = (table, candidate.configuration.undersampleAbove)
            let index = keys.firstIndex { $0 == key } ?? keys.count
            if index == keys.count {
                keys.append(key)
                settings.append([])
            }
            variantOfCandidate.append(index)
            for member in candidate.configuration.members where !settings[index].contains(member) {
                settings[index].append(member)
            }
        }
        self.variantOfCandidate = variantOfCandidate
        let truth = truth
        let seed = seed
        let variants = zip(keys, settings).map { key, settings in
            var isKept = [Bool](repeating: true, count: truth.rows)
            if let limit = key.undersampleAbove {
                let kept = Set(Balancing.undersample(truth, above: limit, seed: seed).kept)
                isKept = (0 ..< truth.rows).map(kept.contains)
            }
            return Variant(
                table: key.table, undersampleAbove: key.undersampleAbove, isKept: isKept,
                groups: SharedFits.groups(settings).map { $0.map { settings[$0] } })
        }
        self.variants = variants
        let features = tables.map { table in table.features.values.withUnsafeBytes { Digest(of: Data($0)) } }
        let division = "\(rows.rows) \(rows.folds) \(seed) \(preparation)"
        let leftOut = leftOut
        self.keys = variants.map { variant in
            leftOut.map { left in
                variant.groups.map { group in
                    let limit = variant.undersampleAbove.map(String.init) ?? "off"
                    let settings = group.map { "\($0)" }.joined(separator: "\n")
                    return Digest(
                        of: "\(HeartSenseVersion.current)\n\(tables[variant.table].digest) \(features[variant.table])\n"
                            + "\(division)\n\(left) \(limit)\n\(settings)\n")
                }
            }
        }
    }

    /// One group of settings and the folds to leave out.
    struct Task: Sendable {
        let variant: Int
        let left: Int
        let group: Int
    }

    /// All tasks. Those with the same standardized features are next to each other.
    var tasks: [Task] {
        variants.indices.flatMap { variant in
            leftOut.indices.flatMap { left in
                variants[variant].groups.indices.map { Task(variant: variant, left: left, group: $0) }
            }
        }
    }

    /// The number of fits over all folds.
    var fitCount: Int { tasks.reduce(0) { $0 + settings(of: $1).count } }

    /// The number of different settings of classifiers.
    var settingCount: Int { variants.reduce(0) { $0 + $1.groups.reduce(0) { $0 + $1.count } } }

    func settings(of task: Task) -> [Member.Parameters] { variants[task.variant].groups[task.group] }

    func key(of task: Task) -> Digest { keys[task.variant][task.left][task.group] }

    /// Returns the key and position of a setting's values for one set of left-out folds.
    func place(of setting: Member.Parameters, variant: Int, left: Int) -> (key: Digest, setting: Int) {
        for (index, group) in variants[variant].groups.enumerated() {
            if let setting = group.firstIndex(of: setting) { return (keys[variant][left][index], setting) }
        }
        preconditionFailure("a setting that no candidate has")
    }

    /// Fits everything that the store does not have.
    ///
    /// Tasks run in parallel as far as the memory for kernels allows. If that is fewer than the workers, each task gets
    /// several. No value depends on it.
    ///
    /// - Parameters:
    ///   - store: nil in other ranks than 0.
    ///   - memory: of each rank.
    /// - Returns: in rank 0 the reasons of failed tasks, by their keys.
    /// - Throws: `FileError`.
    func run(
        into store: OutOfFoldValues?, memory: Int, workers: Workers, ranks: Ranks = .alone,
        progress: @Sendable (_ done: Int, _ total: Int) -> Void
    ) throws -> [Digest: String] {
        let tasks = tasks
        let missing = try workers.map(store == nil ? 0 : tasks.count) { index, _ -> UInt8 in
            let task = tasks[index]
            let held = rows.held(leftOut[task.left]).count
            let isKept = store?.has(
                key(of: task), settings: settings(of: task).count, rows: held, labels: truth.columns)
            return isKept == true ? 0 : 1
        }
        let open = ranks.broadcast(missing).map { $0 == 1 }
        let total = fitCount
        var done = zip(tasks, open).reduce(0) { $0 + ($1.1 ? 0 : settings(of: $1.0).count) }
        let waiting = zip(tasks, open).filter(\.1).map(\.0)
        let most = waiting.map { SharedFits.memory(settings(of: $0), rows: rows.rows.count) }.max() ?? 0
        let together = max(1, min(workers.count, most > 0 ? memory / most : workers.count, waiting.count))
        let inner = Workers(count: max(1, workers.count / together))
        let data = StandardizedFolds(fits: self)
        var failures: [Digest: String] = [:]
        progress(done, total)
        try ranks.distribute(waiting.count, workers: Workers(count: together), inOrder: false) { index, _ in
            let task = waiting[index]
            let shared = data.take(task)
            defer { data.release(task) }
            return FitMessage(
                Result { try shared.decisionValues(settings(of: task), workers: inner) }
                    .mapError { FitMessage.Unfitted(reason: "\($0)") }
            ).bytes
        } consume: { index, bytes in
            let task = waiting[index]
            switch FitMessage(bytes).result {
            case .success(let values): try store?.write(values, for: key(of: task))
            case .failure(let error): failures[key(of: task)] = error.reason
            }
            done += settings(of: task).count
            progress(done, total)
        }
        return failures
    }
}

/// The standardized features for each set of left-out folds: computed by the first task that needs them, and released
/// when a task needs others and no task uses them.
private final class StandardizedFolds: Sendable {
    private struct Place: Hashable {
        let variant: Int
        let left: Int
    }

    private let fits: SearchFits
    private let made = Mutex<[Place: (fits: SharedFits, users: Int)]>([:])

    init(fits: SearchFits) { self.fits = fits }

    /// Returns the features of a task, which uses them until `release`.
    func take(_ task: SearchFits.Task) -> SharedFits {
        let place = Place(variant: task.variant, left: task.left)
        // A second task waits: computing it twice would take as long and twice the memory.
        return made.withLock { made in
            made[place]?.users += 1
            if let known = made[place] { return known.fits }
            made = made.filter { $0.value.users > 0 }
            let variant = fits.variants[task.variant]
            let left = fits.leftOut[task.left]
            let learning = fits.rows.learning(without: left).filter { variant.isKept[$0] }
            let features = fits.tables[variant.table].features
            let own = features.selecting(rows: learning.map { fits.rows.rows[$0] })
            let held = features.selecting(rows: fits.rows.held(left).map { fits.rows.rows[$0] })
            let preparation = FeaturePreparation(fitting: own, settings: fits.preparation)
            let shared = SharedFits(
                features: preparation.apply(own), truth: fits.truth.selecting(rows: learning),
                held: preparation.apply(held), seed: fits.seed)
            made[place] = (shared, 1)
            return shared
        }
    }

    func release(_ task: SearchFits.Task) {
        let place = Place(variant: task.variant, left: task.left)
        made.withLock { $0[place]?.users -= 1 }
    }
}

/// The message with the values of a task, or with the reason why it failed.
struct FitMessage {
    let result: Result<[Matrix<Double>], Unfitted>

    struct Unfitted: Error {
        let reason: String
    }

    init(_ result: Result<[Matrix<Double>], Unfitted>) { self.result = result }

    /// Three integers (the numbers of matrices, rows and columns) and the values; or the text of the reason after a zero.
    var bytes: [UInt8] {
        switch result {
        case .success(let values):
            let shape = [values.count, values.first?.rows ?? 0, values.first?.columns ?? 0]
            return shape.withUnsafeBytes { Array($0) }
                + values.flatMap { matrix in matrix.values.withUnsafeBytes { Array($0) } }
        case .failure(let error):
            return [0].withUnsafeBytes { Array($0) } + Array(error.reason.utf8)
        }
    }

    init(_ bytes: [UInt8]) {
        let count = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
        guard count > 0 else {
            result = .failure(Unfitted(reason: String(decoding: bytes[8...], as: UTF8.self)))
            return
        }
        result = bytes.withUnsafeBytes { bytes in
            let rows = bytes.loadUnaligned(fromByteOffset: 8, as: Int.self)
            let columns = bytes.loadUnaligned(fromByteOffset: 16, as: Int.self)
            return .success(
                (0 ..< count).map { matrix in
                    Matrix(
                        rows: rows, columns: columns,
                        values: (0 ..< rows * columns).map {
                            bytes.loadUnaligned(
                                fromByteOffset: 24 + 8 * (matrix * rows * columns + $0), as: Double.self)
                        })
                })
        }
    }
}
