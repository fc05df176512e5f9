import Evaluation
import Files
import Foundation
import LinearAlgebra
import Plots
import Runs

/// Runs every combination of a sweep into `runs/<name>/multirun/<time>/<number>_<key=value,…>/`, one after the other.
///
/// Pictures are turned into features once: all runs share the cache. A run that fails is listed, and the others go on.
public struct SweepRun: Sendable {
    public let sweep: Sweep

    public init(_ sweep: Sweep) { self.sweep = sweep }

    public struct Outcome: Sendable {
        public let folder: String
        /// Tables and places for the terminal.
        public let summary: String
        /// How many runs failed.
        public let failed: Int
    }

    /// How one combination ended.
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
    ///   - resume: goes on with the folder that was named, or with the newest one of the same sweep: runs that are
    ///     finished stay, those that were interrupted go on.
    /// - Throws: `RunError`, `FileError` for the sweep's own folder and summary.
    public func run(output: String?, resume: Bool, workers: Workers) throws -> Outcome {
        let name = sweep.points[0].configuration.name
        let folder = try openFolder(name: name, output: output, resume: resume)
        var members: [Member] = []
        for point in sweep.points {
            let path = "\(folder)/\(point.folder)"
            Self.say("Run \(point.number) of \(sweep.points.count): \(settings(of: point))")
            do {
                let run = RunFolder(path: path)
                if !(resume && run.isFinished) {
                    _ = try TrainingRun(configuration: point.configuration).run(
                        output: path, resume: resume, workers: workers)
                }
                let result = try EvaluationResult(contentsOf: run[.metrics])
                members.append(Member(point: point, end: .finished(result)))
            } catch {
                Self.say("error: \(error)")
                members.append(Member(point: point, end: .failed("\(error)")))
            }
        }
        let summary = SweepSummary(sweep: sweep, members: members, title: name)
        try summary.write(to: folder)
        let failed = members.count { if case .failed = $0.end { true } else { false } }
        return Outcome(folder: folder, summary: summary.terminalText + "Sweep: \(folder)/summary.md\n", failed: failed)
    }

    /// What would be run, for `--dry-run`.
    public var plan: String {
        "\(sweep.points.count) runs:\n" + sweep.points.map { "  \($0.folder)\n" }.joined()
            + "Nothing was trained: this was a dry run.\n"
    }

    private func settings(of point: Sweep.Point) -> String {
        zip(sweep.axes, point.values).map { "\($0.key)=\($1)" }.joined(separator: " ")
    }

    private static let definition = "sweep.yaml"

    private func openFolder(name: String, output: String?, resume: Bool) throws -> String {
        let base = "runs/\(name)/multirun"
        let asked = output ?? (resume ? newest(in: base) : nil)
        let path: String
        if let asked {
            path = try RunFolder.create(name: name, asked: asked, resume: resume).path
        } else {
            path = try RunFolder.create(name: "\(name)/multirun", asked: nil, resume: false).path
        }
        let file = "\(path)/\(Self.definition)"
        if FileManager.default.fileExists(atPath: file), try FileContent.text(of: file) != sweep.text {
            throw RunError.otherConfiguration(path: path)
        }
        try AtomicFile.write(sweep.text, to: file)
        return path
    }

    /// The newest folder of this very sweep.
    private func newest(in base: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        return names.sorted().map { "\(base)/\($0)" }.last { folder in
            (try? FileContent.text(of: "\(folder)/\(Self.definition)")) == sweep.text
        }
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
