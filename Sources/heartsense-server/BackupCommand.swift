import ArgumentParser
import Storage

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the database to one file.",
        discussion: """
            Example:
              heartsense-server backup --database accounts.sqlite --to backups/monday.sqlite

            The copy is a consistent snapshot in one file; the server can keep running. It contains all account data. \
            Protect it like the database and delete old copies, because data deleted later remains in them.
            """)

    @Option(help: "Database file of the server (its setting `database`).", completion: .file())
    var database: String

    @Option(help: "File to write. An existing file is replaced when the copy is complete.", completion: .file())
    var to: String

    func run() throws {
        let bytes = try ServerDatabase.backUp(database, to: to)
        print("\(to): \(bytes) bytes")
    }
}
