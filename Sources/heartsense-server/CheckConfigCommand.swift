import ArgumentParser
@preconcurrency import Foundation
import Serving

struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Checks the settings and models, without starting the server.",
        discussion: """
            Example:
              HEARTSENSE_DATABASE=heartsense.sqlite heartsense-server check-config --config server.yaml

            Reads the same file, HEARTSENSE_… variables and models as the server. Prints what was found, and warnings and \
            errors on stderr. The exit status is 1 with errors; warnings do not change it. A server with these settings \
            can run meanwhile.
            """)

    @OptionGroup var options: ServerOptions

    func run() throws {
        let configuration = try ServerConfiguration(
            file: options.config, environment: ProcessInfo.processInfo.environment)
        let check = ConfigurationCheck(configuration, models: try options.paths)
        for line in check.findings { print(line) }
        fflush(stdout)
        let problems = check.warnings.map { "Warning: \($0)\n" } + check.errors.map { "Error: \($0)\n" }
        FileHandle.standardError.write(Data(problems.joined().utf8))
        guard check.errors.isEmpty else { throw ExitCode(1) }
        print("The configuration is valid.")
    }
}
