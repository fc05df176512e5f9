import ArgumentParser
import Files
@preconcurrency import Foundation
import Progress

@main
struct HeartSense: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heartsense",
        abstract: "Trains, evaluates and serves classifiers of ECG images.",
        discussion: """
            Progress goes to stderr, results to stdout. Exit status: 0 done, 1 error, 2 usage, 3 a gate or audit failed.
            Not a medical device.

            Example:
              heartsense train experiments/demo.yaml
              heartsense predict runs/demo/…/model.h5 picture.png
            """,
        version: HeartSenseVersion.current,
        subcommands: [
            DatasetCommand.self, FeaturesCommand.self, TrainCommand.self, SearchCommand.self, PretrainCommand.self,
            EvaluateCommand.self, PredictCommand.self, CompareCommand.self, GateCommand.self, ReplayCommand.self,
            WeightsCommand.self,
        ])

    /// Parses and runs, with the exit statuses of the discussion: ArgumentParser's own for a usage error is 64.
    static func main() {
        // A reader that went away (`heartsense predict … | head`) ends the program like any other tool.
        signal(SIGPIPE, SIG_DFL)
        // A file that grows beyond what the user may write is an error with a sentence, not the end of the process.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
            // Results that did not arrive (`> /dev/full`) are no success.
            guard fflush(stdout) == 0, ferror(stdout) == 0 else {
                throw FileError.lastError(writing: "standard output")
            }
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if code == .success {
                if !message.isEmpty { print(message) }
                Foundation.exit(0)
            }
            if !message.isEmpty { FileHandle.standardError.write(Data((message + "\n").utf8)) }
            if let error = error as? any ErrorWithExitStatus { Foundation.exit(error.exitStatus) }
            Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }
}
