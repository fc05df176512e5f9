import ClassificationMetrics
import Classifiers
import Datasets
import Files
import Foundation
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
    /// - Throws: every error of the stages; `SearchError.nothingScored` if every candidate failed.
    public func run(output: String?, resume: Bool, workers: Workers) throws -> RunOutcome {
        try run(output: output, resume: resume, workers: workers) { _ in }
    }

    func run(
        output: String?, resume: Bool, workers: Workers, reached: @Sendable (Stage) throws -> Void
    ) throws -> RunOutcome {
        let session = RunSession(
            name: "\(plan.base.name)/search", text: plan.text, file: "search.yaml", output: output, resume: resume)
        if let finished = try session.finished() { return finished }
        // The data are checked first, so that an error leaves no folder.
        try TrainingInput.openData(of: plan.base)
        let (folder, log) = try session.begin("search of \(plan.base.name)")
        let sources = try SearchTables(plan: plan, workers: workers, log: log)
        let rows = try SearchRows(of: sources.tables[0], plan: plan)
        let fits = SearchFits(
            plan: plan, tables: sources.tables, tableOfCandidate: sources.tableOfCandidate, rows: rows)
        let store = try OutOfFoldValues(folder: "\(folder.path)/checkpoint")
        let warnings = sources.warnings + rows.warnings
        for warning in warnings { log.warning("\(warning)") }
        let extent = "\(plan.candidates.count) candidates, \(fits.settingCount) settings of classifiers"
        log.info("\(extent); \(rows.rows.count) rows in \(rows.foldCount) folds: \(fits.fitCount) fits")
        let bar = ProgressBar("Fitting", unit: "fits")
        let failures = try fits.run(into: store, memory: plan.settings.memory, workers: workers) {
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
        var text = "\(data.count) samples; goal: \(plan.settings.goal.rawValue), candidates scored out of fold"
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
