import ArgumentParser
import ConfigurationKeys
import Files
@preconcurrency import Foundation
import Inference
import Logging
import Progress
import Serving

@main
struct HeartSenseServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heartsense-server",
        abstract: "Serves a trained model as a web page and an HTTP API.",
        discussion: """
            Examples:
              heartsense-server --model model.h5
              HEARTSENSE_LIMITS_FILES=4 heartsense-server --model model.h5 --config server.yaml --port 9000
              curl -F files=@picture.png http://127.0.0.1:8080/predict

            Listens on 127.0.0.1:8080 by default. Settings are taken from --port, HEARTSENSE_… variables, the file \
            and the defaults, in this order; --help-config lists them. Logs go to stderr as JSON lines. SIGTERM and \
            SIGINT stop the server after the requests in flight. Not a medical device.
            """,
        version: HeartSenseVersion.current,
        subcommands: [BackupCommand.self, DeliverCommand.self, GrantClinicianCommand.self])

    @Option(help: "Model file (model.h5 of a run).", completion: .file(extensions: ["h5"]))
    var model: String?

    @Option(help: "Settings (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

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
        // Checked here because validate() also runs for subcommands.
        guard let model else { throw ValidationError("Missing expected argument '--model <model>'") }
        var configuration = try ServerConfiguration(file: config, environment: ProcessInfo.processInfo.environment)
        if let port { configuration.port = port }
        let logger = ServerLog.logger(level: configuration.logLevel)
        let predictor = try Predictor(model: try ModelFile.read(model), path: model)
        let host = configuration.host
        try await HeartSenseServer(predictor: predictor, configuration: configuration, logger: logger).run { port in
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
