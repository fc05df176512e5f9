import Accounts
import ArgumentParser

struct GrantClinicianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant-clinician",
        abstract: "Lets an account correct results, or no longer.",
        discussion: """
            The account must be there and its address verified. It takes effect at once, while the server runs.

            Example:
              heartsense-server grant-clinician doctor@example.org --database heartsense.sqlite
            """)

    @Argument(help: "The account's address.")
    var email: String

    @Option(help: "The server's database.", completion: .file())
    var database: String

    @Flag(help: "Take the role away.")
    var revoke = false

    func run() throws {
        try ClinicianRole.set(!revoke, email: email, database: database)
        print(revoke ? "\(email) is no clinician any more." : "\(email) is a clinician now.")
    }
}
