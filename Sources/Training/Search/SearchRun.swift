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

/// Runs a search into `runs/<name>/search/<time>/`: features once, each setting of each classifier once for each
/// fold, then every candidate's vote and metrics.
///
/// Everything that is finished is kept in `checkpoint/` until the end, so that an interrupted search goes on behind it
/// and writes the same bytes.
public struct SearchRun: Sendable {
    public let plan: SearchPlan

    public init(_ plan: SearchPlan) { self.plan = plan }

    public struct Outcome: Sendable {
        public let folder: String
        public let summary: String
    }

    /// Where a search can be interrupted.
    enum Stage: Equatable, Sendable {
        case fitted
        /// So many candidates are scored.
        case scored(Int)
    }

    /// - Parameters:
    ///   - output: the search's folder; nil for `runs/<name>/search/<time>/`.
    ///   - resume: goes on with the folder that was named, or with the newest one of the same search.
    /// - Throws: every error of the stages; `SearchError.nothingScored` if every candidate failed.
    public func run(output: String?, resume: Bool, workers: Workers) throws -> Outcome {
        try run(output: output, resume: resume, workers: workers) { _ in }
    }

    func run(
        output: String?, resume: Bool, workers: Workers, reached: @Sendable (Stage) throws -> Void
    ) throws -> Outcome {
        // What is wrong with the data leaves no folder behind.
        try SearchTables.check(plan.base)
        let folder = try openFolder(output: output, resume: resume)
        if folder.isFinished {
            return Outcome(
                folder: folder.path,
                summary: "The search in \(folder.path) is finished.\n\n" + (try FileContent.text(of: folder.summary)))
        }
        folder.removeRemains()
        let log = RunLog.logger(appendingTo: folder[.log])
        log.info("heartsense \(HeartSenseVersion.current), search of \(plan.base.name), in \(folder.path)")
        let sources = try SearchTables(plan: plan, workers: workers, log: log)
        let rows = try SearchRows(of: sources.tables[0], plan: plan)
        let fits = SearchFits(
            plan: plan, tables: sources.tables, tableOfCandidate: sources.tableOfCandidate, rows: rows)
        let store = try HeldValues(folder: "\(folder.path)/checkpoint")
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
            rows: rows.rows.count, foldCount: rows.foldCount, hasTestPart: sources.hasTestPart, warnings: warnings)
        try result.write(to: folder.path)
        try AtomicFile.write(try result.terminalText(.plain, folder: folder.path), to: folder.summary)
        do { try FileManager.default.removeItem(atPath: store.folder) } catch {
            throw FileError.cannotWrite(path: store.folder, reason: error.localizedDescription)
        }
        try folder.seal()
        log.info("Finished")
        return Outcome(
            folder: folder.path, summary: try result.terminalText(.of(STDOUT_FILENO), folder: folder.path))
    }

    /// What would be done, for `--dry-run`.
    public func dryRun() throws -> String {
        let data = try SearchTables.check(plan.base).dataset
        var text = "\(data.count) samples; goal: \(plan.settings.goal.rawValue), candidates scored out of fold"
        text += plan.settings.isNested ? ", and the search itself in nested folds\n" : "\n"
        for axis in plan.axes { text += "\(axis.key): \(axis.description)\n" }
        var table = ReportTable(
            caption: "\(plan.candidates.count) candidates",
            columns: [.init("candidate")] + plan.axes.map { .init($0.key, .left) })
        for candidate in plan.candidates {
            table.add([candidate.number == 0 ? "as it is" : "\(candidate.number)"] + candidate.values)
        }
        return text + TerminalTable(table, style: .of(STDOUT_FILENO)).text
            + "\nNothing was fitted: this was a dry run.\n"
    }

    /// The scores of all candidates, those that are kept and those that are made now.
    private func scores(
        _ scoring: SearchScoring, in folder: String, workers: Workers, reached: @Sendable (Stage) throws -> Void
    ) throws -> [CandidateScore] {
        let bar = ProgressBar("Scoring", unit: "candidates")
        let done = Atomic(0)
        let total = plan.candidates.count
        // What a score depends on beside its configuration: the values that it is made from.
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

    private static let definition = "search.yaml"

    private func openFolder(output: String?, resume: Bool) throws -> RunFolder {
        let name = "\(plan.base.name)/search"
        let folder = try RunFolder.create(
            name: name, asked: output ?? (resume ? newest(in: "runs/\(name)") : nil), resume: resume)
        let file = "\(folder.path)/\(Self.definition)"
        if FileManager.default.fileExists(atPath: file), try FileContent.text(of: file) != plan.text {
            throw RunError.otherConfiguration(path: folder.path)
        }
        try AtomicFile.write(plan.text, to: file)
        return folder
    }

    /// The newest folder of this very search.
    private func newest(in base: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        return names.sorted().map { "\(base)/\($0)" }.last { folder in
            (try? FileContent.text(of: "\(folder)/\(Self.definition)")) == plan.text
        }
    }
}
