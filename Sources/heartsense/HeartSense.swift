import ArgumentParser
import ConfigurationKeys
import Distribution
import Files
@preconcurrency import Foundation
import Progress

/// A command whose work several processes can divide. Rank 0 writes and prints the results.
protocol DistributedCommand: ParsableCommand {}

@main
struct HeartSense: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heartsense",
        abstract: "Trains, evaluates and serves classifiers of ECG images.",
        discussion: """
            Examples:
              heartsense train experiments/demo.yaml
              heartsense predict model.h5 picture.png

            Progress goes to stderr, results to stdout. Exit status: 0 success, 1 error, 2 usage error, 3 failed gate \
            or audit. Not a medical device.
            """,
        version: HeartSenseVersion.current,
        subcommands: [
            DatasetCommand.self, FeaturesCommand.self, TrainCommand.self, SearchCommand.self, PretrainCommand.self,
            EvaluateCommand.self, PredictCommand.self, CompareCommand.self, GateCommand.self, ReplayCommand.self,
            AnalyzeCommand.self, ConvertCommand.self, DigitizeCommand.self, DrawCommand.self, WeightsCommand.self,
        ])

    /// Runs the command and exits with status 0, 1, 2 or 3. A usage error gives 2 instead of ArgumentParser's 64.
    static func main() {
        MemoryReuse.enable()
        // A closed pipe (`heartsense predict … | head`) ends the program, as is usual for command-line tools.
        signal(SIGPIPE, SIG_DFL)
        // Exceeding the file size limit becomes a write error with a message instead of a signal.
        signal(SIGXFSZ, SIG_IGN)
        do {
            let words = CommandLine.arguments.dropFirst()
            try SubcommandName.check(words, below: Self.self)
            var command = try parseAsRoot()
            // Help is shown in any environment.
            if !words.contains(where: { ["--help", "-h", "help"].contains($0) }) {
                try EnvironmentVariables.check(ProcessInfo.processInfo.environment)
            }
            try join(command)
            try command.run()
            // A failed write to standard output (`> /dev/full`) is an error.
            guard fflush(stdout) == 0, ferror(stdout) == 0 else {
                throw FileError.lastError(writing: "standard output")
            }
            Job.leave()
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if code == .success {
                if !message.isEmpty { print(message) }
                Foundation.exit(0)
            }
            let status =
                (error as? any ErrorWithExitStatus)?.exitStatus ?? (code == .validationFailure ? 2 : code.rawValue)
            Job.fail(message, status: status)
            Foundation.exit(status)
        }
    }

    /// Joins the job if a launcher such as mpirun has started several processes.
    ///
    /// - Throws: `DistributionError`.
    private static func join(_ command: any ParsableCommand) throws {
        guard Launch().isShared else { return }
        guard command is any DistributedCommand else {
            let name = type(of: command).configuration.commandName ?? "this command"
            throw DistributionError.notDistributed(command: name, size: Launch().size)
        }
        if try !Job.ranks().isFirst { ProgressBar.disable() }
    }
}
