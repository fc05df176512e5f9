import TestSupport
import Testing

@testable import Evaluation
@testable import Runs

struct EvaluationFolderTests {
    @Test func `new folders, empty folders and earlier results are accepted`() throws {
        let scratch = try Scratch()
        try EvaluationFolder.check(scratch("none"))
        try EvaluationFolder.check(scratch.path)
        try scratch.write("metrics.json", "{}")
        try scratch.write("predictions.csv", "")
        try EvaluationFolder.check(scratch.path)
    }

    @Test(arguments: ["config.yaml", "model.h5", "manifest.sha256"])
    func `a training run is never overwritten`(name: String) throws {
        let scratch = try Scratch()
        try scratch.write("metrics.json", "{}")
        try scratch.write(name, "")
        #expect(throws: RunError.holdsRun(path: scratch.path)) { try EvaluationFolder.check(scratch.path) }
    }

    @Test func `a folder with other files is rejected`() throws {
        let scratch = try Scratch()
        try scratch.write("thesis.tex", "")
        #expect(throws: RunError.holdsOther(path: scratch.path)) { try EvaluationFolder.check(scratch.path) }
    }
}
