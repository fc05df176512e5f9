import Accounts
import ArgumentParser
import Inference

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Repeats a stored result of a server and compares it bit for bit.",
        discussion: """
            Example:
              heartsense replay 0123456789abcdef0123456789abcdef --database heartsense.sqlite --model model.h5

            Compares model, preprocessing, label space, picture and each score, and prints the differences. Exit \
            status 3 if anything differs. The picture is the one that the server kept, or --picture.
            """)

    @Argument(help: "Id of the result or of a report about it.")
    var id: String

    @Option(help: "Database file of the server.", completion: .file())
    var database: String

    @Option(help: "Model file.", completion: .file(extensions: ["h5"]))
    var model: String

    @Option(help: "The uploaded picture, if the server did not keep it.", completion: .file())
    var picture: String?

    @OptionGroup var threads: ThreadOptions

    func run() throws {
        let replay = try ResultReplay(id, database: database)
        let predictor = try Predictor(model: try ModelFile.read(model), path: model)
        let outcome = try replay.run(with: predictor, picture: picture, workers: threads.workers)
        guard !outcome.differences.isEmpty else {
            return print("Result \(outcome.id): reproduced to the byte (\(outcome.scores) scores and votes).")
        }
        print("Result \(outcome.id): not reproduced.")
        for difference in outcome.differences { print("  \(difference)") }
        throw ExitCode(3)
    }
}
