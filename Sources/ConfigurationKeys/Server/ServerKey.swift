/// One key of the server's configuration: its dotted path, its default and what it means.
///
/// This table is the only place where a default stands. The file says `limits: {files: 6}`, the environment
/// `HEARTSENSE_LIMITS_FILES=6`; the environment wins over the file, an option of the command line over both.
package struct ServerKey {
    package let path: String
    package let standard: String
    package let meaning: String

    private init(_ path: String, _ standard: String, _ meaning: String) {
        self.path = path
        self.standard = standard
        self.meaning = meaning
    }

    /// The variable that sets it.
    package var variable: String {
        Self.variablePrefix + path.uppercased().replacing(".", with: "_")
    }

    private static let variablePrefix = "HEARTSENSE_"

    package static let all: [ServerKey] = [
        .init("host", "127.0.0.1", "address to listen on; 0.0.0.0 for all (put something that speaks TLS in front)"),
        .init("port", "8080", "port to listen on; 0 takes a free one"),
        .init("threads", "auto", "threads that decode and classify; auto: one for each core"),
        .init("log_level", "info", "trace, debug, info, notice, warning, error or critical"),

        .init("database", "off", "the file of accounts, results and mail; off: there are none"),

        .init("limits.files", "12", "pictures in one request"),
        .init("limits.file_bytes", "20971520", "bytes of one picture"),
        .init("limits.body_bytes", "67108864", "bytes of one request's body"),
        .init("limits.pixels", "40000000", "width × height of a picture"),
        .init("limits.side", "20000", "the longer side of a picture, in pixels"),
        .init("limits.parts", "32", "parts of a multipart body, fields that are no files included"),
        .init("limits.part_header_bytes", "8192", "bytes of one part's headers"),
        .init("limits.seconds", "30", "from a request's first byte to its last"),
        .init("limits.idle_seconds", "60", "that a connection may stay open without a request"),
        .init("limits.connections", "1024", "open at the same time; more wait"),
        .init("limits.memory_bytes", "536870912", "of pictures that are being received or wait; beyond it: 503"),

        .init("limits.database_bytes", "off", "of the database; beyond it: 503"),

        .init("queue.pictures", "256", "that may wait for a thread; beyond it: 503"),
        .init("queue.batch", "8", "pictures that a thread takes at a time"),
        .init("queue.gather_milliseconds", "2", "that a thread waits for pictures that are still arriving"),

        .init("shutdown.seconds", "30", "that requests in flight have to finish when the server is told to stop"),

        .init("retention.folder", "off", "where pictures are kept, without metadata and client names; off: nowhere"),
        .init("retention.hours", "24", "after which a kept picture is deleted"),
        .init("retention.account_result_days", "365", "that an account's results are kept"),
        .init("retention.account_picture_days", "0", "that an account's pictures are kept; 0: not at all"),

        .init("accounts.public_url", "off", "where people reach the server, for links in mail; off: its own address"),
        .init(
            "accounts.secure_cookies", "true", "cookies over TLS only; false for plain HTTP on a machine of one's own"),
        .init("accounts.client_header", "off", "header in which the proxy names the client"),
        .init("accounts.session_hours", "168", "after which one has to log in again"),
        .init("accounts.token_hours", "24", "that a link sent by mail can be used"),
        .init("accounts.reset_hours", "1", "that a link to a new password can be used"),
        .init("accounts.password_cost", "12", "of bcrypt: each more doubles the time; raised hashes follow at log-in"),
        .init(
            "accounts.password_threads", "auto",
            "that hash passwords in time that nothing else wants; auto: three quarters of the cores"),
        .init("accounts.attempts_per_account", "10", "failed log-ins in a quarter of an hour; beyond it: 429"),
        .init("accounts.attempts_per_address", "100", "log-ins in a quarter of an hour; beyond it: 429"),

        .init("contact.recipient", "off", "the address that contact forms are mailed to; off: they are stored only"),
        .init("contact.per_address", "5", "contact forms in an hour from one address; beyond it: 429"),
        .init("contact.seconds", "3", "that a person takes at least to fill in the form"),

        .init("mail.server", "off", "smtp://HOST:PORT (with STARTTLS) or smtps://HOST:PORT; off: to a folder"),
        .init("mail.user", "", "that the mail server knows us by; empty: no log-in"),
        .init("mail.password", "", "of that user; better in the environment than in a file"),
        .init("mail.encryption", "required", "required, or off for a mail server on this machine"),
        .init("mail.authorities", "system", "a PEM file of the authorities to trust for the mail server"),
        .init("mail.sender", "heartsense@localhost", "address that mail comes from"),
        .init("mail.folder", "auto", "where mail goes without a server, as .eml files; auto: DATABASE.mail"),
        .init("mail.seconds", "60", "that the mail server may take to answer"),
        .init("mail.retry_seconds", "60", "until mail is tried again; doubles up to four hours, for five days"),
        .init("mail.reports_a_day", "20", "that one account or address may have sent"),
    ]

    /// The keys as a commented YAML file with every default: what `--help-config` prints.
    package static var commentedDefaults: String {
        var lines: [String] = []
        var block = ""
        for key in all {
            let parts = key.path.split(separator: ".").map(String.init)
            if parts.count == 2, parts[0] != block {
                block = parts[0]
                lines.append("\(block):")
            }
            let entry = (parts.count == 2 ? "  " : "") + "\(parts[parts.count - 1]): \(key.standard)"
            lines.append(entry + String(repeating: " ", count: max(1, 32 - entry.count)) + "# \(key.meaning)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
