import Accounts
import ArgumentParser
import Inference

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Asks a model again for a result that a server has stored, and compares to the last bit.",
        discussion: """
            Says what differs: the model, its preprocessing or label space, the picture, score by score. Exit status 3 \
            where anything does. The picture is the one that the server kept, or --picture.

            Example:
              heartsense replay 0123456789abcdef0123456789abcdef --database heartsense.sqlite --model model.h5
            """)

    @Argument(help: "The result's id, or that of a report about it.")
    var id: String

    @Option(help: "The server's database.", completion: .file())
    var database: String

    @Option(help: "The model file.", completion: .file(extensions: ["h5"]))
    var model: String

    @Option(help: "The picture as it was sent, where the server has not kept it.", completion: .file())
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
