import Distribution
import Evaluation
import Foundation
import LinearAlgebra
import Plots
import Runs

/// Runs every combination of a sweep into `runs/<name>/multirun/<time>/<number>_<key=value,…>/`, one after the other.
///
/// Features of pictures are computed once: all runs share the cache. A run that fails is listed, and the others continue.
public struct SweepRun: Sendable {
    public let sweep: Sweep

    public init(_ sweep: Sweep) { self.sweep = sweep }

    public struct Outcome: Sendable {
        public let folder: String
        /// Tables and paths for the terminal.
        public let summary: String
        /// The number of runs that failed.
        public let failed: Int
    }

    /// The result of one combination.
    struct Member: Sendable {
        enum End: Sendable {
            case finished(EvaluationResult)
            case failed(String)
        }

        let point: Sweep.Point
        let end: End
    }

    /// - Parameters:
    ///   - output: the sweep's folder; nil for `runs/<name>/multirun/<time>/`.
    ///   - resume: whether to continue a sweep. Finished runs stay, interrupted ones continue.
    ///   - ranks: the processes that divide the runs. The sweep's folder must exist for all of them.
    /// - Returns: nil in other ranks than 0.
    /// - Throws: `RunError`, `FileError` for the sweep's own folder and summary.
    public func run(output: String?, resume: Bool, workers: Workers, ranks: Ranks = .alone) throws -> Outcome? {
        let name = sweep.points[0].configuration.name
        let opened =
            ranks.isFirst
            ? try RunSession(
                name: "\(name)/multirun", text: sweep.text, file: "sweep.yaml", output: output, resume: resume
            ).open().path : ""
        let folder = String(decoding: ranks.broadcast(Array(opened.utf8)), as: UTF8.self)
        var members: [Member] = []
        // Each rank runs one combination at a time, with all of its threads.
        try ranks.distribute(sweep.points.count, workers: Workers(count: 1)) { index, _ in
            let point = sweep.points[index]
            Self.say("Run \(point.number) of \(sweep.points.count): \(settings(of: point))")
            do {
                _ = try TrainingRun(configuration: point.configuration).run(
                    output: "\(folder)/\(point.folder)", resume: resume, workers: workers)
                return []
            } catch {
                Self.say("error: \(error)")
                return Array("\(error)".utf8)
            }
        } consume: { index, error in
            let point = sweep.points[index]
            guard error.isEmpty else {
                members.append(Member(point: point, end: .failed(String(decoding: error, as: UTF8.self))))
                return
            }
            do {
                let result = try EvaluationResult(contentsOf: RunFolder(path: "\(folder)/\(point.folder)")[.metrics])
                members.append(Member(point: point, end: .finished(result)))
            } catch {
                Self.say("error: \(error)")
                members.append(Member(point: point, end: .failed("\(error)")))
            }
        }
        guard ranks.isFirst else { return nil }
        let summary = SweepSummary(sweep: sweep, members: members, title: name)
        try summary.write(to: folder)
        let failed = members.count { if case .failed = $0.end { true } else { false } }
        return Outcome(folder: folder, summary: summary.terminalText + "Sweep: \(folder)/summary.md\n", failed: failed)
    }

    /// Checks data, labels, protocol and weights of every run as its own dry run does.
    ///
    /// - Returns: the plan that `--dry-run` prints, and the number of runs with an error.
    public func plan() -> (text: String, failed: Int) {
        var text = "\(sweep.points.count) runs:\n"
        var failed = 0
        // Runs that differ in other keys have the same input.
        var problems: [[String: String]: String?] = [:]
        for point in sweep.points {
            let input = point.configuration.resolved.filter { key, _ in
                ["input.", "features.", "dataset.", "extractor."].contains(where: key.hasPrefix)
            }
            let problem = problems[input] ?? Self.problem(of: point.configuration)
            problems[input] = .some(problem)
            text += "  \(point.folder)\n" + (problem.map { "    Error: \($0)\n" } ?? "")
            failed += problem == nil ? 0 : 1
        }
        return (text + "This was a dry run: nothing was trained.\n", failed)
    }

    private static func problem(of configuration: ExperimentConfiguration) -> String? {
        do {
            _ = try TrainingInput(for: configuration)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func settings(of point: Sweep.Point) -> String {
        zip(sweep.axes, point.values).map { "\($0.key)=\($1)" }.joined(separator: " ")
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
