import ArgumentParser
@preconcurrency import Foundation
import Logging
import Mail
import Serving
import Storage
import Synchronization

/// Was SIGTERM received? A signal's handler may do no more than store.
private let isToStop = Atomic<Bool>(false)

struct DeliverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "Delivers the mail that waits in the database, and ends.",
        discussion: """
            The server starts this by itself whenever there is mail. It takes the same settings, needs no model and does \
            nothing while another one is at it. SIGTERM lets it finish the message that it is at.

            Example:
              HEARTSENSE_DATABASE=heartsense.sqlite heartsense-server deliver --config server.yaml
            """)

    @Option(help: "A YAML file of settings.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    func run() throws {
        let configuration = try ServerConfiguration(file: config, environment: ProcessInfo.processInfo.environment)
        guard let settings = configuration.mail else {
            throw ValidationError("There is no database: the setting database names it.")
        }
        _ = isToStop.load(ordering: .relaxed)
        signal(SIGTERM) { _ in isToStop.store(true, ordering: .relaxed) }
        // Whoever starts this may have blocked it.
        var termination = sigset_t()
        sigemptyset(&termination)
        sigaddset(&termination, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &termination, nil)
        let storage = try ServerDatabase(path: settings.database)
        let agent = MailAgent(
            outbox: Outbox(storage), settings: settings, logger: ServerLog.logger(level: configuration.logLevel)
        ) { isToStop.load(ordering: .relaxed) }
        guard let delivered = try agent.run() else { return print("Another process is delivering already.") }
        print("\(delivered) delivered.")
    }
}
