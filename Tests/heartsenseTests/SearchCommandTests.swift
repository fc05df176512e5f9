import Files
import Foundation
import TestSupport
import Testing

/// `heartsense search` from the command line.
struct SearchCommandTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Writes a table with two labels, each predicted by one of three features.
    private func writeTable() throws {
        var rows = ""
        for row in 0 ..< 40 {
            let (a, b) = (row % 2, row / 2 % 2)
            rows += "\(Double(a) + 0.1 * Double(row % 7)),\(Double(b) + 0.1 * Double(row % 5)),\(row % 3),\(a),\(b)\n"
        }
        try scratch.write(
            "t.arff",
            "@relation t\n@attribute x numeric\n@attribute y numeric\n@attribute z numeric\n"
                + "@attribute A {0,1}\n@attribute B {0,1}\n@data\n" + rows)
        try scratch.write("t.xml", "<labels><label name=\"A\"/><label name=\"B\"/></labels>")
        try scratch.write(
            "s.yaml",
            "name: s\ndataset:\n  path: t.arff\nclassifiers:\n  binary-relevance:\n  mlaram:\nevaluation:\n  bootstrap: 0\n"
                + "search:\n  folds: 3\n  classifiers.binary-relevance.C: 0.01..1\n")
    }

    @Test func `a search prints a table, and the printed command trains its best candidate`() throws {
        try writeTable()
        let plan = try scratch.heartsense("search", "s.yaml", "ensemble.vote=soft,hard", "--dry-run")
        #expect(plan.status == 0 && plan.output.contains("6 candidates"), "\(plan)")
        #expect(!scratch.everything().contains("runs"), "a dry run writes nothing")

        let search = try scratch.heartsense("search", "s.yaml", "ensemble.vote=soft,hard", "--output", "found")
        #expect(search.status == 0, "\(search)")
        #expect(search.output.contains("too optimistic") && search.output.contains("heartsense train found/best.yaml"))
        #expect(search.errors.contains("Fitting: ") && !search.output.contains("Fitting: "))
        let train = try scratch.heartsense("train", "found/best.yaml", "--output", "run")
        #expect(train.status == 0 && scratch.everything().contains("run/model.h5"), "\(train)")
        let again = try scratch.heartsense(
            "search", "s.yaml", "ensemble.vote=soft,hard", "--output", "found", "--resume")
        #expect(again.status == 0 && again.output.contains("is already finished"), "\(again)")
    }

    @Test func `a killed search is resumed and gives the same bytes`() throws {
        try writeTable()
        let arguments = ["search", "s.yaml", "classifiers.mlaram.vigilance=0.5..0.9/9", "--output"]
        #expect(try CommandLine.run(arguments + ["whole"], in: scratch.path).status == 0)
        // Killed as soon as the first values are on disk.
        let killed = try CommandLine.run(
            arguments + ["killed"], in: scratch.path,
            shell: "me=$$; (until ls killed/checkpoint/*.values.h5; do sleep 0.01; done; kill -9 $me) >/dev/null 2>&1 &"
        )
        let resumed = try CommandLine.run(arguments + ["killed", "--resume"], in: scratch.path)
        #expect(resumed.status == 0, "\(killed) \(resumed)")
        for file in ["candidates.csv", "best.yaml", "search.json", "report.html"] {
            #expect(
                try FileContent.bytes(of: "\(scratch.path)/killed/\(file)")
                    == FileContent.bytes(of: "\(scratch.path)/whole/\(file)"), "\(file)")
        }
    }

    @Test(arguments: [
        (["seed=5", "classifiers.binary-relevance.C=1"], "no key has several values"),
        (["seed=1,2"], "only luckier"),
        (["dataset.folds=2,3"], "which rows are scored"),
        (["ensemble.vote=soft,loud"], "ensemble.vote must be"),
        (["ensemble.vot=soft,hard"], "Did you mean ensemble.vote?"),
        (["search.goal=f2"], "search.goal must be f1_macro, "),
        (["classifiers.binary-relevance.C=5..1"], "range 5..1"),
        (["classifiers.binary-relevance.C=-1,1"], "C must be a number above 0"),
        (["dataset.path=none.arff"], "none.arff"),
        (["search.nested=true", "search.folds=2"], "at least 3 folds"),
    ])
    func `invalid values give an error message`(overrides: [String], part: String) throws {
        try writeTable()
        let outcome = try CommandLine.run(["search", "s.yaml"] + overrides, in: scratch.path)
        #expect(
            outcome.status == 1 && outcome.sentence.hasPrefix("Error: ") && outcome.errors.contains(part), "\(outcome)")
        #expect(!scratch.everything().contains("runs"), "an error leaves no folder")
    }
}
