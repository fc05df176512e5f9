import ArgumentParser
import Evaluation
import Inference

struct DatasetShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Counts a data set's samples by label and part, and says what its labels mean.",
        discussion: """
            Example:
              heartsense dataset show DIR/train
            """)

    @Argument(help: "A folder with manifest.csv, a folder of class folders, or a feature file.")
    var dataset: String

    func run() throws {
        print(try DatasetSummary(of: DatasetSource.dataset(at: dataset, labels: nil)).text, terminator: "")
    }
}
