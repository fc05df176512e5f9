import ArgumentParser
import Distribution
import Training

struct SearchCommand: DistributedCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Compares settings of an experiment by cross-validation and writes the best as an experiment file.",
        discussion: """
            Examples:
              heartsense search experiments/demo.yaml classifiers.ml-svm.C=0.1..100 ensemble.vote=soft,hard
              heartsense search experiments/ecg-image-search.yaml dataset.path=DIR/train extractor.weights=FILE.h5
              heartsense search experiments/demo.yaml balance.undersample_above=1000,4000 search.goal=top1_f1_macro

            Give values of any key as key=a,b,c, as a range key=low..high, or as key=low..high/n for n values. They \
            can also be in the file's block search:. A range is logarithmic if both ends are positive and differ by a \
            factor of ten or more. Without search.candidates=N all combinations are compared; with it, N are sampled. \
            Each setting of a classifier is fitted once per fold, however many candidates use it.

            The test part of the data is never used. The best score of many candidates is optimistic. \
            search.nested=true also scores the search on rows that it has not used.

            The folder (default runs/<name>/search/<time>/) contains best.yaml, candidates.csv, search.json, search.svg \
            and report.html. --resume continues an interrupted search. The results are the same as without \
            interruption. mpirun -n N divides the fits among N processes.
            """)

    @Argument(help: "Experiment file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String

    @Argument(help: "Values to compare, and overrides such as seed=7 or search.folds=10.")
    var overrides: [String] = []

    @Option(help: "Output folder (new or empty). Default: runs/<name>/search/<time>.", completion: .directory)
    var output: String?

    @Flag(help: "Resume the search in --output, or the newest one of this experiment.")
    var resume = false

    @Flag(help: "Check configuration and data, list the candidates, and exit.")
    var dryRun = false

    @OptionGroup var threads: ThreadOptions

    func run() throws {
        let search = SearchRun(try SearchPlan(file: config, overrides: overrides))
        let ranks = try Job.ranks()
        if dryRun {
            if ranks.isFirst { print(try search.dryRun(), terminator: "") }
            return
        }
        guard ranks.isFirst else { return try search.serve(workers: threads.workers, ranks: ranks) }
        let outcome = try search.run(output: output, resume: resume, workers: threads.workers, ranks: ranks)
        print(outcome.summary, terminator: "")
    }
}
