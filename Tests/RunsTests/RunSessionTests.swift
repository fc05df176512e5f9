import Files
import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct RunSessionTests {
    private func make(_ name: String, in base: String, yaml: String?, finished: Bool) throws {
        let run = RunFolder(path: "\(base)/e/\(name)")
        try AtomicFile.makeFolder(run.path)
        if let yaml { try AtomicFile.write(yaml, to: run[.configuration]) }
        if finished { try run.seal() }
    }

    @Test func `resume means the newest unfinished run of the same configuration`() throws {
        let base = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: base) }
        func found() -> String? {
            RunSession.newest(in: "\(base)/e", text: "a", file: "config.yaml").map {
                ($0.path as NSString).lastPathComponent
            }
        }
        #expect(found() == nil)
        try make("2025-01-01", in: base, yaml: nil, finished: false)
        try AtomicFile.makeFolder("\(base)/e/multirun/2025-01-01")
        #expect(found() == nil)
        try make("2025-01-02", in: base, yaml: "a", finished: true)
        #expect(found() == "2025-01-02")
        try make("2025-01-03", in: base, yaml: "b", finished: true)
        #expect(found() == "2025-01-02")
        try make("2025-01-04", in: base, yaml: "b", finished: false)
        // It is refused later, with a sentence: the person forgot an override or meant another run.
        #expect(found() == "2025-01-04")
        try make("2025-01-03-2", in: base, yaml: "a", finished: false)
        #expect(found() == "2025-01-03-2")
        try make("2025-01-03-10", in: base, yaml: "a", finished: false)
        #expect(found() == "2025-01-03-10")
    }

    @Test func `a finished run whose files are gone cannot be resumed`() throws {
        let scratch = try Scratch()
        let run = RunFolder(path: scratch.path)
        for name in ["config.yaml", "model.h5", "summary.txt", "plots/roc.svg", "log.txt"] {
            try scratch.write(name, "a")
        }
        try run.seal()
        let session = RunSession(name: "e", text: "a", output: scratch.path, resume: true)
        #expect(try session.finished()?.summary.hasPrefix("The run in \(scratch.path) is already finished.") == true)
        for name in ["log.txt", "model.h5", "plots/roc.svg"] {
            try FileManager.default.removeItem(atPath: scratch(name))
        }
        let error = #expect(throws: RunError.filesMissing(path: scratch.path, files: ["model.h5", "plots/roc.svg"])) {
            _ = try session.finished()
        }
        #expect(error?.description.contains("is finished, but model.h5, plots/roc.svg are missing") == true)
    }

    @Test func `only temporary files are removed`() throws {
        let base = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: base) }
        let run = RunFolder(path: base)
        try AtomicFile.makeFolder("\(base)/plots")
        let remains = [".model.12-34.tmp.h5", "plots/.roc.1-2.tmp.svg", ".key.1-2.tmp"]
        let others = ["model.h5", ".hidden", "a.tmp", ".x.1-2.tmpfile", "plots/roc.svg"]
        for name in remains + others { try Data().write(to: URL(fileURLWithPath: "\(base)/\(name)")) }
        run.removeTemporaryFiles()
        for name in remains { #expect(!FileManager.default.fileExists(atPath: "\(base)/\(name)")) }
        for name in others { #expect(FileManager.default.fileExists(atPath: "\(base)/\(name)")) }
    }
}
