import ArgumentParser
@preconcurrency import Foundation
import Logging
import Mail
import Serving
import Storage
import Synchronization

/// Whether SIGTERM was received. A signal handler may only store a value.
private let isToStop = Atomic<Bool>(false)

struct DeliverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "Delivers the mail queued in the database, and exits.",
        discussion: """
            Example:
              HEARTSENSE_DATABASE=heartsense.sqlite heartsense-server deliver --config server.yaml

            The server starts this command when there is mail. It uses the same settings and needs no model. If \
            another delivery process is running, it exits. SIGTERM lets it finish the current message.
            """)

    @Option(help: "Settings (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    func run() throws {
        let configuration = try ServerConfiguration(file: config, environment: ProcessInfo.processInfo.environment)
        guard let settings = configuration.mail else {
            throw ValidationError("No database is configured. Set the setting `database`.")
        }
        _ = isToStop.load(ordering: .relaxed)
        signal(SIGTERM) { _ in isToStop.store(true, ordering: .relaxed) }
        // The parent process may have blocked the signal.
        var termination = sigset_t()
        sigemptyset(&termination)
        sigaddset(&termination, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &termination, nil)
        let storage = try ServerDatabase(path: settings.database)
        let agent = MailAgent(
            outbox: Outbox(storage), settings: settings, logger: ServerLog.logger(level: configuration.logLevel)
        ) { isToStop.load(ordering: .relaxed) }
        guard let delivered = try agent.run() else { return print("Another process is already delivering mail.") }
        print("\(delivered) delivered.")
    }
}
