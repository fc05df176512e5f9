import ArgumentParser
import Evaluation
import Inference

struct DatasetShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints the number of samples per label and part, and the meaning of each label.",
        discussion: """
            Example:
              heartsense dataset show DIR/train
            """)

    @Argument(help: "A folder with manifest.csv or with one subfolder per class, or a feature file.")
    var dataset: String

    func run() throws {
        print(try DatasetSummary(of: DatasetSource.dataset(at: dataset, labels: nil)).text, terminator: "")
    }
}
