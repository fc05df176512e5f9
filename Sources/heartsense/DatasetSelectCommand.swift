import ArgumentParser
import Datasets
import Evaluation
import Inference

struct DatasetSelectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "select",
        abstract: "Makes a data set of some of the folds of another, without copying pictures.",
        discussion: """
            The new folder holds a manifest that points at the pictures of the first. A network that is to be scored \
            on a fold is trained on what --without-fold leaves.

            Example:
              heartsense dataset select runs/mitdb --without-fold 2 --output runs/mitdb-without-2
            """)

    @Argument(help: "A folder with manifest.csv that has a fold column.")
    var dataset: String

    @Option(help: "The folder to make; it must not exist or be empty.", completion: .directory)
    var output: String

    @Option(help: "Take the samples of this fold.")
    var fold: Int?

    @Option(help: "Take the samples of all folds but this one.")
    var withoutFold: Int?

    func validate() throws {
        guard (fold == nil) != (withoutFold == nil) else {
            throw ValidationError("Say one of --fold and --without-fold.")
        }
    }

    func run() throws {
        let whole = try Dataset(contentsOf: dataset)
        let choice: DatasetSelection.Choice = fold.map { .fold($0) } ?? .withoutFold(withoutFold ?? 0)
        try DatasetSelection.write(choice, of: whole, to: output)
        print(try DatasetSummary(of: DatasetSource.dataset(at: output, labels: nil)).text, terminator: "")
    }
}
