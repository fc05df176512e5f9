import Accounts
import ArgumentParser

struct DatasetFeedbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedback",
        abstract: "Writes clinicians' corrections of a server's results as a data set.",
        discussion: """
            Takes the newest correction of each result, and only pictures of accounts that allow training with them. A \
            data set that is there already is added to; one whose manifest is marked frozen (a column frozen, or a line \
            # frozen) is left alone. Pictures of one account are one group.

            Example:
              heartsense dataset feedback --database heartsense.sqlite --output runs/feedback
            """)

    @Option(help: "The server's database.", completion: .file())
    var database: String

    @Option(help: "The data set to make or add to.", completion: .directory)
    var output: String

    @Option(
        help: "The file of the label space; else that of the data set, else datasets/labels/aami.yaml.",
        completion: .file(extensions: ["yaml"]))
    var labels: String?

    func run() throws {
        let outcome = try FeedbackExport(database: database).write(to: output, labels: labels)
        print("\(outcome.corrections) corrections written to \(output)/manifest.csv.")
        if outcome.withoutPicture > 0 {
            print(
                "\(outcome.withoutPicture) more have no picture: it was not kept (retention.account_picture_days), or its "
                    + "time is over.")
        }
    }
}
