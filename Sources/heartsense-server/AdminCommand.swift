import Accounts
import ArgumentParser
import Foundation

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Prints accounts, sessions, mail and contact forms of a database.",
        discussion: """
            Examples:
              heartsense-server admin accounts --database heartsense.sqlite
              heartsense-server admin sessions --database heartsense.sqlite --end me@example.org
              heartsense-server admin mail --database heartsense.sqlite --json

            The server can keep running.
            """,
        subcommands: [Accounts.self, Sessions.self, Mail.self, Contact.self])

    /// The options of all tables.
    struct Options: ParsableArguments {
        @Option(help: "Database file of the server.", completion: .file())
        var database: String

        @Flag(help: "Print JSON, an object per line.")
        var json = false

        func show(_ table: OperatorTable) throws {
            let rows = try table.rows(database: database)
            guard !json else {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                for row in rows {
                    let object = Dictionary(uniqueKeysWithValues: zip(table.columns, row))
                    print(String(decoding: try encoder.encode(object), as: UTF8.self))
                }
                return
            }
            print(table.columns.joined(separator: "\t"))
            for row in rows { print(row.map { Self.cell("\($0)") }.joined(separator: "\t")) }
        }

        /// Returns a text in one line, without characters that change a terminal.
        private static func cell(_ text: String) -> String {
            var cell = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\n": cell += "\\n"
                case "\t": cell += "\\t"
                default:
                    if scalar.properties.generalCategory != .control { cell.unicodeScalars.append(scalar) }
                }
            }
            return cell
        }
    }

    struct Accounts: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the accounts.",
            discussion: """
                Example:
                  heartsense-server admin accounts --database heartsense.sqlite
                """)

        @OptionGroup var options: Options

        func run() throws { try options.show(.accounts) }
    }

    struct Sessions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints or ends the sessions of logged-in users.",
            discussion: """
                Example:
                  heartsense-server admin sessions --database heartsense.sqlite --end me@example.org
                """)

        @OptionGroup var options: Options

        @Option(help: ArgumentHelp("Log this account out on all devices.", valueName: "email"))
        var end: String?

        @Flag(help: "Log all accounts out.")
        var endAll = false

        func validate() throws {
            if end != nil, endAll { throw ValidationError("Use either --end or --end-all.") }
        }

        func run() throws {
            guard end != nil || endAll else { return try options.show(.sessions) }
            let count = try OperatorTable.endSessions(of: end, database: options.database)
            print("Sessions ended: \(count)")
        }
    }

    struct Mail: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the queue of mail, or sends waiting messages now.",
            discussion: """
                Example:
                  heartsense-server admin mail --database heartsense.sqlite --send-now

                Recipients and contents of sent and failed messages are erased.
                """)

        @OptionGroup var options: Options

        @Flag(help: "Send waiting messages now, for example after an outage of the mail server.")
        var sendNow = false

        func run() throws {
            guard sendNow else { return try options.show(.mail) }
            print("Messages to send now: \(try OperatorTable.sendMailNow(database: options.database))")
        }
    }

    struct Contact: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the messages of the contact form.",
            discussion: """
                Example:
                  heartsense-server admin contact --database heartsense.sqlite
                """)

        @OptionGroup var options: Options

        func run() throws { try options.show(.contact) }
    }
}
