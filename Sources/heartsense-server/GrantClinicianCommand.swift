import Accounts
import ArgumentParser
import Serving

struct GrantClinicianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant-clinician",
        abstract: "Gives an account the clinician role, which can correct results.",
        discussion: """
            Example:
              heartsense-server grant-clinician doctor@example.org --database heartsense.sqlite

            The account must exist and have a verified address. The change takes effect immediately, also in a \
            running server. The command writes a line for the event log to stderr.
            """)

    @Argument(help: "E-mail address of the account.")
    var email: String

    @Option(help: "Database file of the server.", completion: .file())
    var database: String

    @Flag(help: "Revoke the role.")
    var revoke = false

    func run() throws {
        let account = try ClinicianRole.set(!revoke, email: email, database: database)
        SecurityEvent.roleChanged.log(
            account: account, ["role": "\(revoke ? "user" : "clinician")"], to: ServerLog.logger(level: .notice))
        print(revoke ? "\(email) is no longer a clinician." : "\(email) is now a clinician.")
    }
}
