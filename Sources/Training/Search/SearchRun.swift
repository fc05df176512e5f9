import ClassificationMetrics
import Classifiers
import Datasets
import Distribution
import Files
import Foundation
import Inference
import LinearAlgebra
import Logging
import Plots
import Progress
import Runs
import Synchronization

/// A search run: computes features once, fits each setting of each classifier once per fold, and scores the vote of
/// every candidate.
///
/// Finished parts are kept in `checkpoint/` until the end. An interrupted search continues from there and writes the same
/// bytes.
public struct SearchRun: Sendable {
    public let plan: SearchPlan

    public init(_ plan: SearchPlan) { self.plan = plan }

    /// The points at which a test can interrupt a search.
    enum Stage: Equatable, Sendable {
        case fitted
        /// The number of scored candidates.
        case scored(Int)
    }

    /// - Parameters:
    ///   - output: the search's folder; nil for `runs/<name>/search/<time>/`.
    ///   - resume: whether to continue an interrupted search. A finished search returns its summary.
    ///   - ranks: the processes that divide the fits. This is rank 0; the others call `serve`.
    /// - Throws: every error of the stages; `SearchError.nothingScored` if every candidate failed.
    public func run(output: String?, resume: Bool, workers: Workers, ranks: Ranks = .alone) throws -> RunOutcome {
        try run(output: output, resume: resume, workers: workers, ranks: ranks) { _ in }
    }

    func run(
        output: String?, resume: Bool, workers: Workers, ranks: Ranks = .alone,
        reached: @Sendable (Stage) throws -> Void
    ) throws -> RunOutcome {
        let session = RunSession(
            name: "\(plan.base.name)/search", text: plan.text, file: "search.yaml", output: output, resume: resume)
        let finished = try session.finished()
        _ = ranks.any(finished != nil)
        if let finished { return finished }
        // The data are checked first, so that an error leaves no folder.
        try TrainingInput.openData(of: plan.base)
        let (folder, log) = try session.begin("search of \(plan.base.name)")
        let sources = try SearchTables(plan: plan, workers: workers, log: log)
        try Self.send(sources, to: ranks)
        let rows = try SearchRows(of: sources.tables[0], plan: plan)
        let fits = SearchFits(
            plan: plan, tables: sources.tables, tableOfCandidate: sources.tableOfCandidate, rows: rows)
        let store = try OutOfFoldValues(folder: "\(folder.path)/checkpoint")
        let warnings = sources.warnings + rows.warnings
        for warning in warnings { log.warning("\(warning)") }
        let extent = "\(plan.candidates.count) candidates, \(fits.settingCount) settings of classifiers"
        log.info("\(extent); \(rows.rows.count) rows in \(rows.foldCount) folds: \(fits.fitCount) fits")
        let bar = ProgressBar("Fitting", unit: "fits")
        let failures = try fits.run(into: store, memory: plan.settings.memory, workers: workers, ranks: ranks) {
            bar.show($0, of: $1)
        }
        try reached(.fitted)
        let scoring = SearchScoring(plan: plan, fits: fits, store: store, failures: failures)
        let scores = try scores(scoring, in: store.folder, workers: workers, reached: reached)
        let result = SearchResult(
            plan: plan, scores: scores, nested: plan.settings.isNested ? try scoring.nested(scores) : nil,
            rows: rows.rows.count, foldCount: rows.foldCount, hasTestPart: sources.hasTestPart,
            warnings: warnings.map(\.description))
        try result.write(to: folder.path)
        try AtomicFile.write(try result.terminalText(.plain, folder: folder.path), to: folder.summary)
        do { try FileManager.default.removeItem(atPath: store.folder) } catch {
            throw FileError.cannotWrite(path: store.folder, reason: error.localizedDescription)
        }
        try folder.seal()
        log.info("Finished")
        return RunOutcome(
            folder: folder, summary: try result.terminalText(.of(STDOUT_FILENO), folder: folder.path))
    }

    /// Returns the plan that `--dry-run` prints. Nothing is fitted or written.
    public func dryRun() throws -> String {
        let data = try TrainingInput.openData(of: plan.base).dataset
        var text = "\(data.count) samples; goal: \(plan.settings.goal.rawValue), candidates scored by cross-validation"
        text += plan.settings.isNested ? ", and the search itself in nested folds\n" : "\n"
        for axis in plan.axes { text += "\(axis.key): \(axis.description)\n" }
        var table = ReportTable(
            caption: "\(plan.candidates.count) candidates",
            columns: [.init("candidate")] + plan.axes.map { .init($0.key, .left) })
        for candidate in plan.candidates {
            table.add([candidate.number == 0 ? "unchanged" : "\(candidate.number)"] + candidate.values)
        }
        return text + TerminalTable(table, style: .of(STDOUT_FILENO)).text
            + "\nThis was a dry run: nothing was fitted.\n"
    }

    /// Returns the scores of all candidates, computed now or read from the checkpoint.
    private func scores(
        _ scoring: SearchScoring, in folder: String, workers: Workers, reached: @Sendable (Stage) throws -> Void
    ) throws -> [CandidateScore] {
        let bar = ProgressBar("Scoring", unit: "candidates")
        let done = Atomic(0)
        let total = plan.candidates.count
        // A score depends on its configuration and on the decision values of its members.
        let values = Digest(of: scoring.fits.tasks.map { scoring.fits.key(of: $0).description }.joined(separator: "\n"))
        return try workers.map(total) { index, _ in
            let configuration = plan.candidates[index].configuration
            let key = Digest(of: "\(values)\n\(plan.text)\n\(configuration.yaml)")
            let path = "\(folder)/\(key.description.prefix(32)).score"
            let score: CandidateScore
            if let data = try? FileContent.bytes(of: path, limit: 1 << 20),
                let kept = try? JSONDecoder().decode(CandidateScore.self, from: data)
            {
                score = kept
            } else {
                score = try scoring.score(index)
                if score.failure == nil { try AtomicFile.write(try JSONEncoder().encode(score), to: path) }
            }
            let count = done.wrappingAdd(1, ordering: .relaxed).newValue
            bar.show(count, of: total)
            try reached(.scored(count))
            return score
        }
    }
}

// A search on several ranks. Rank 0 computes the features, hands out the fits, scores and writes.
extension SearchRun {
    /// Fits what rank 0 hands out in its call of `run`.
    ///
    /// - Throws: the errors of the folds; `FileError`, `HDF5Error` for a temporary file.
    public func serve(workers: Workers, ranks: Ranks) throws {
        let isFinished = ranks.any(false)
        guard !isFinished else { return }
        let (tables, tableOfCandidate) = try Self.receiveTables(from: ranks)
        let fits = SearchFits(
            plan: plan, tables: tables, tableOfCandidate: tableOfCandidate,
            rows: try SearchRows(of: tables[0], plan: plan))
        _ = try fits.run(into: nil, memory: plan.settings.memory, workers: workers, ranks: ranks) { _, _ in }
    }

    /// Sends the tables of rank 0 to the other ranks.
    static func send(_ sources: SearchTables, to ranks: Ranks) throws {
        guard ranks.size > 1 else { return }
        _ = ranks.broadcast(([sources.tables.count] + sources.tableOfCandidate).withUnsafeBytes { Array($0) })
        for table in sources.tables {
            // A file without features has samples, labels and digests. Measurements can be missing, which a file forbids.
            let features = Matrix<Float>(rows: table.features.rows, columns: 1)
            let bytes = try withTemporaryFile { path in
                try FeatureFile.write(
                    FeatureTable(
                        dataset: table.dataset, features: features, pixelDigests: table.pixelDigests,
                        digest: table.digest), extractor: "", to: path)
                return [UInt8](try FileContent.bytes(of: path, limit: .max))
            }
            _ = ranks.broadcast(bytes)
            _ = ranks.broadcast(table.features.values.withUnsafeBytes { Array($0) })
        }
    }

    private static func receiveTables(from ranks: Ranks) throws -> ([FeatureTable], [Int]) {
        let numbers = ranks.broadcast().withUnsafeBytes { Array($0.bindMemory(to: Int.self)) }
        let tables = try (0 ..< numbers[0]).map { _ in
            let bytes = ranks.broadcast()
            let table = try withTemporaryFile { path in
                try AtomicFile.write(Data(bytes), to: path)
                return try FeatureFile.read(path).table
            }
            let values = ranks.broadcast().withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
            let rows = table.features.rows
            return FeatureTable(
                dataset: table.dataset, features: Matrix(rows: rows, columns: values.count / rows, values: values),
                pixelDigests: table.pixelDigests, digest: table.digest)
        }
        return (tables, Array(numbers[1...]))
    }

    private static func withTemporaryFile<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("heartsense-\(UUID()).h5").path
        defer { unlink(path) }
        return try body(path)
    }
}
