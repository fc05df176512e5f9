import ArgumentParser
import Datasets
import Evaluation
import Inference

struct DatasetImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Lists twelve-lead records as a data set, labeled by their diagnostic statements.",
        discussion: """
            Example:
              heartsense dataset import ptb-xl --labels datasets/labels/conditions.yaml --suffix _hr --without-fold 10 \
            --output runs/conditions

            SOURCE is a folder of WFDB records. Statements come from tables in SOURCE with the columns ecg_id and \
            scp_codes (PTB-XL), or else from the SNOMED CT codes in the headers. The label space says which \
            statements stand for a label. The new manifest refers to the records, and has patient (group), fold, age \
            and sex as far as known. Records without a statement of a label are counted and left out.
            """)

    @Argument(help: "A folder of WFDB records.", completion: .directory)
    var source: String

    @Option(help: "Label space with statements (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var labels: String

    @Option(help: "Output folder (new or empty).", completion: .directory)
    var output: String

    @Option(help: "End of the names of the records to list, for example _lr (default: all).")
    var suffix: String?

    @Option(help: "Leave this fold out; may be repeated.")
    var withoutFold: [Int] = []

    @Flag(help: "Copy the records, so that data set and models do not depend on the place of SOURCE.")
    var copy = false

    func run() throws {
        let list = try RecordingList(
            folder: source, mapping: try StatementMapping(contentsOf: labels), suffix: suffix,
            leftOut: Set(withoutFold))
        try list.write(to: output, copying: copy)
        for (count, reason) in [
            (list.excluded, "in folds left out"), (list.unstated, "without statements"),
            (list.unlabeled, "without a statement of a label"),
        ] where count > 0 {
            print("\(count) records \(reason) are not listed.")
        }
        print(try DatasetSummary(of: DatasetSource.dataset(at: output, labels: nil)).text, terminator: "")
    }
}
