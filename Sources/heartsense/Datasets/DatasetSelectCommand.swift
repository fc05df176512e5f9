import ArgumentParser
import Datasets
import Evaluation
import Inference

struct DatasetSelectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "select",
        abstract: "Creates a data set from some folds of another, without copying pictures.",
        discussion: """
            Example:
              heartsense dataset select runs/mitdb --without-fold 2 --output runs/mitdb-without-2

            The new folder has a manifest that refers to the pictures of the first data set. To score a network on a \
            fold, train it on the data set that --without-fold creates.
            """)

    @Argument(help: "A folder with manifest.csv and a fold column.")
    var dataset: String

    @Option(help: "Output folder (new or empty).", completion: .directory)
    var output: String

    @Option(help: "Select this fold.")
    var fold: Int?

    @Option(help: "Select all folds except this one.")
    var withoutFold: Int?

    func validate() throws {
        guard (fold == nil) != (withoutFold == nil) else {
            throw ValidationError("Give either --fold or --without-fold.")
        }
    }

    func run() throws {
        let whole = try Dataset(contentsOf: dataset)
        let choice: DatasetSelection.Choice = fold.map { .fold($0) } ?? .withoutFold(withoutFold ?? 0)
        try DatasetSelection.write(choice, of: whole, to: output)
        print(try DatasetSummary(of: DatasetSource.dataset(at: output, labels: nil)).text, terminator: "")
    }
}
