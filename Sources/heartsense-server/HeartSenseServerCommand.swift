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
        abstract: "Serves a trained model to a web page and to programs.",
        discussion: """
            Listens on 127.0.0.1:8080 unless the configuration says otherwise. Logs go to stderr, one JSON object a \
            line. SIGTERM or SIGINT stops it when the requests in flight are answered. Not a medical device.

            Settings come from --port, else from HEARTSENSE_… variables, else from the file, else from the defaults \
            that --help-config lists.

            Examples:
              heartsense-server --model runs/demo/…/model.h5
              HEARTSENSE_LIMITS_FILES=4 heartsense-server --model model.h5 --config server.yaml --port 9000
              curl -F files=@picture.png http://127.0.0.1:8080/predict
            """,
        version: HeartSenseVersion.current,
        subcommands: [BackupCommand.self, DeliverCommand.self, GrantClinicianCommand.self])

    @Option(help: "The model file that `heartsense train` wrote.", completion: .file(extensions: ["h5"]))
    var model: String?

    @Option(help: "A YAML file of settings.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: Int?

    @Flag(help: "Print every setting with its default, as a YAML file, and end.")
    var helpConfig = false

    func validate() throws {
        if let port, !(0 ... 65_535).contains(port) {
            throw ValidationError("--port must be from 0 to 65535, found \(port).")
        }
    }

    func run() async throws {
        if helpConfig { return print(ServerConfiguration.commentedDefaults, terminator: "") }
        // Here and not in validate(), which subcommands pass through too.
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

    /// Parses and runs, with `heartsense`'s exit statuses: 0 done, 1 error, 2 usage.
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
