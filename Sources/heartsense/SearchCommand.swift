import ArgumentParser
import Training

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Compares many settings of an experiment out of fold, and writes the best as an experiment file.",
        discussion: """
            Name values of any key: key=a,b,c or key=low..high (by ratio where both ends are positive and a factor of
            ten apart) or key=low..high/n for n values of it; or write them into a block search: of the file. Without
            search.candidates=N every combination is compared, with it N are drawn. Every setting of a classifier is
            fitted once for each fold, whatever the number of candidates that have it; settings that differ in C go
            along a path, those of one gamma share their kernel.

            The test part of the data is never touched. The score of the best of many flatters: search.nested=true
            scores the search itself on rows that it has not seen.

            The folder (runs/<name>/search/<time>/ unless --output says otherwise) gets best.yaml, candidates.csv,
            search.json, search.svg and report.html. --resume goes on with what was interrupted and gives the same
            results as if nothing had happened.

            Examples:
              heartsense search experiments/demo.yaml classifiers.ml-svm.C=0.1..100 ensemble.vote=soft,hard
              heartsense search experiments/ecg-search.yaml dataset.path=DIR search.candidates=100
              heartsense search experiments/demo.yaml balance.undersample_above=1000,4000 search.goal=top1_f1_macro
            """)

    @Argument(help: "The experiment file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String

    @Argument(help: "Values to compare, and overrides such as seed=7 or search.folds=10.")
    var overrides: [String] = []

    @Option(help: "The folder of the search; it must be empty or not exist yet.", completion: .directory)
    var output: String?

    @Flag(help: "Go on with the search in --output, or with the newest one like this.")
    var resume = false

    @Flag(help: "Check everything, list the candidates, and stop.")
    var dryRun = false

    @OptionGroup var threads: ThreadOptions

    func run() throws {
        let search = SearchRun(try SearchPlan(file: config, overrides: overrides))
        if dryRun {
            print(try search.dryRun(), terminator: "")
            return
        }
        print(try search.run(output: output, resume: resume, workers: threads.workers).summary, terminator: "")
    }
}
