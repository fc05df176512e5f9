import TestSupport
import Testing

@testable import Evaluation
@testable import Runs

struct EvaluationFolderTests {
    @Test func `new, empty and former results may be written to`() throws {
        let scratch = try Scratch()
        try EvaluationFolder.check(scratch("none"))
        try EvaluationFolder.check(scratch.path)
        try scratch.write("metrics.json", "{}")
        try scratch.write("predictions.csv", "")
        try EvaluationFolder.check(scratch.path)
    }

    @Test(arguments: ["config.yaml", "model.h5", "manifest.sha256"])
    func `a training run is never written over`(name: String) throws {
        let scratch = try Scratch()
        try scratch.write("metrics.json", "{}")
        try scratch.write(name, "")
        #expect(throws: RunError.holdsRun(path: scratch.path)) { try EvaluationFolder.check(scratch.path) }
    }

    @Test func `somebody's other files are left alone`() throws {
        let scratch = try Scratch()
        try scratch.write("thesis.tex", "")
        #expect(throws: RunError.holdsOther(path: scratch.path)) { try EvaluationFolder.check(scratch.path) }
    }
}
