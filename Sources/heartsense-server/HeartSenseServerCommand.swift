import ArgumentParser
import ConfigurationKeys
import Files
@preconcurrency import Foundation
import Logging
import Progress
import Serving

@main
struct HeartSenseServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heartsense-server",
        abstract: "Serves ECG analysis and trained models as a web page and an HTTP API.",
        discussion: """
            Examples:
              heartsense-server
              HEARTSENSE_LIMITS_FILES=4 heartsense-server --model model.h5 --config server.yaml --port 9000
              curl -F files=@page.pdf http://127.0.0.1:8080/upload
              curl -F files=@picture.png http://127.0.0.1:8080/predict

            Without --model, the server loads the models of weights/: twelve-lead.h5 and beat-picture.h5. --model can be \
            repeated.

            Listens on 127.0.0.1:8080 by default. A setting is taken from the first of these that has it: --port, \
            HEARTSENSE_… variables, the file, the defaults. --help-config lists all settings. Logs go to stderr as \
            JSON lines. After SIGTERM or SIGINT the server completes open requests, and stops. After SIGHUP it loads the \
            model files again. Not a medical device.
            """,
        version: HeartSenseVersion.current,
        subcommands: [
            AdminCommand.self, BackupCommand.self, CheckConfigCommand.self, DeliverCommand.self,
            GrantClinicianCommand.self,
        ])

    @OptionGroup var options: ServerOptions

    @Option(help: "Port to listen on; 0 for any free port.")
    var port: Int?

    @Flag(help: "Print all settings with defaults as YAML, and exit.")
    var helpConfig = false

    func validate() throws {
        if let port, !(0 ... 65_535).contains(port) {
            throw ValidationError("--port must be from 0 to 65535, found \(port).")
        }
    }

    func run() async throws {
        if helpConfig { return print(ServerConfiguration.commentedDefaults, terminator: "") }
        var configuration = try ServerConfiguration(
            file: options.config, environment: ProcessInfo.processInfo.environment)
        if let port { configuration.port = port }
        let logger = ServerLog.logger(level: configuration.logLevel)
        for file in configuration.exposedFiles {
            logger.warning(
                "other users can read a file of the configuration",
                metadata: ["file": "\(file)", "remedy": "chmod 600"])
        }
        let host = configuration.host
        try await HeartSenseServer(models: try options.paths, configuration: configuration, logger: logger).run {
            port in
            print("http://\(host.contains(":") ? "[\(host)]" : host):\(port)/")
            fflush(stdout)
        }
    }

    /// Runs the command and exits with status 0, 1 or 2, like `heartsense`.
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if code == .success {
                if !message.isEmpty { print(message) }
                Foundation.exit(0)
            }
            if !message.isEmpty { FileHandle.standardError.write(Data((message + "\n").utf8)) }
            Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }
}
