import ArgumentParser
import Storage

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the database into one file, while a server is using it or not.",
        discussion: """
            The copy is complete in itself and as of one moment. It has everything that accounts have: keep it as safe as \
            the database, and delete it when it is old, for what is deleted from the database stays in it.

            Example:
              heartsense-server backup --database accounts.sqlite --to backups/monday.sqlite
            """)

    @Option(help: "The file that the server's key `database` names.", completion: .file())
    var database: String

    @Option(help: "The file to write; one that is there is replaced when the copy is complete.", completion: .file())
    var to: String

    func run() throws {
        let bytes = try ServerDatabase.backUp(database, to: to)
        print("\(to): \(bytes) bytes")
    }
}
