import Accounts
import ArgumentParser

struct DatasetFeedbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedback",
        abstract: "Exports clinicians' corrections of a server's results as a data set.",
        discussion: """
            Example:
              heartsense dataset feedback --database heartsense.sqlite --output runs/feedback

            Uses the newest correction of each result, and only pictures of accounts that allow training. An existing \
            data set is extended. Rows and files of accounts that were deleted, or no longer allow training, are \
            removed. A data set with a frozen manifest (a column frozen, or a line # frozen) is not changed. A data \
            set belongs to one database. Only you can read its files. All pictures of an account have the same group. \
            Recordings of uploads that were corrected by hand \
            go to the folder traces as WFDB records, with their corrections; traces.csv lists them. Recordings and pages \
            that clinicians reviewed become a data set of their own in the folder recordings.
            """)

    @Option(help: "Database file of the server.", completion: .file())
    var database: String

    @Option(help: "Data set to create or extend.", completion: .directory)
    var output: String

    @Option(
        help: "Label space (YAML). Default: that of the data set, else aami.yaml.",
        completion: .file(extensions: ["yaml"]))
    var labels: String?

    func run() throws {
        let outcome = try FeedbackExport(database: database).write(to: output, labels: labels)
        print("\(outcome.corrections) corrections written to \(output)/manifest.csv.")
        if outcome.traces > 0 { print("\(outcome.traces) corrected recordings written to \(output)/traces.csv.") }
        if outcome.recordings > 0 {
            print("\(outcome.recordings) reviewed recordings written to \(output)/recordings/manifest.csv.")
        }
        if outcome.removed > 0 {
            print("\(outcome.removed) withdrawn pictures and recordings removed from \(output).")
        }
        if outcome.withoutPicture > 0 {
            print(
                "\(outcome.withoutPicture) corrections skipped: their pictures were not stored or have been deleted "
                    + "(retention.account_picture_days).")
        }
    }
}
