import ParameterTables

/// The settings of the server.
///
/// A file sets a key with `limits: {files: 6}` and the environment with `HEARTSENSE_LIMITS_FILES=6`. The environment
/// replaces values of the file, and options of the command line replace both.
package enum ServerKeys {
    package static let table = ConfigurationTable([
        key("host", "127.0.0.1", .text, "address to listen on; 0.0.0.0: all addresses (use a TLS proxy)"),
        key("port", "8080", .whole(0 ... 65_535), "port to listen on; 0: a free port"),
        key(
            "threads", "auto", .either("auto", .whole(1 ... 1024)),
            "number of threads that decode and classify; auto: one per core"),
        key(
            "log_level", "info", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            "trace, debug, info, notice, warning, error or critical"),

        key(
            "cors.origins", "off", .either("off", .text),
            "origins of other front ends that may use the API, separated by commas, such as https://app.example.org; "
                + "off: none"),

        key("database", "off", .either("off", .text), "database file of accounts, results and mail; off: none"),

        key("limits.files", "12", .whole(1 ... 1000), "maximum pictures per request"),
        key("limits.file_bytes", "20971520", .whole(1 ... 512 << 20), "maximum size of a picture in bytes"),
        key("limits.body_bytes", "67108864", .whole(1 ... 4 << 30), "maximum size of a request body in bytes"),
        key("limits.pixels", "40000000", .whole(1 ... 100_000_000), "maximum width × height of a picture"),
        key("limits.side", "20000", .whole(1 ... 65_535), "maximum length of the longer side of a picture, in pixels"),
        key(
            "limits.parts", "32", .whole(1 ... 100_000),
            "maximum parts of a multipart body, including fields that are not files"),
        key(
            "limits.part_header_bytes", "8192", .whole(256 ... 1 << 20),
            "maximum size of the headers of a part in bytes"),
        key(
            "limits.seconds", "30", .number(0.1 ... 3600),
            "maximum time from the first to the last byte of a request"),
        key(
            "limits.idle_seconds", "60", .number(0.1 ... 86_400),
            "maximum time that a connection is open without a request"),
        key(
            "limits.connections", "1024", .whole(1 ... 65_535), "maximum open connections; further connections wait"),
        key(
            "limits.connections_per_address", "512", .whole(1 ... 65_535),
            "maximum open connections from one address; above it: 503; set it to limits.connections behind a proxy"),
        key(
            "limits.response_seconds", "30", .number(0.1 ... 3600),
            "maximum time in which a client reads nothing of its response; above it: the connection is closed"),
        key(
            "limits.memory_bytes", "134217728", .whole(1 << 20 ... 1 << 40),
            "maximum memory for pictures that are being received or queued and for large responses, in bytes; above it: "
                + "503"),

        key(
            "limits.database_bytes", "off", .either("off", .either("", .whole(1 << 16 ... 1 << 50))),
            "maximum size of the database in bytes; above it: 503"),

        key(
            "queue.pictures", "256", .whole(1 ... 100_000),
            "maximum pictures that wait for a thread, at least limits.files; above it: 503"),
        key(
            "queue.large_megapixels", "16", .number(0.01 ... 100),
            "pictures and uploads above this size have threads of their own, so that others do not wait for them"),
        key(
            "queue.megapixels", "2000", .number(1 ... 1_000_000),
            "maximum size of all large pictures that wait for a thread; above it: 503"),
        key("queue.batch", "8", .whole(1 ... 256), "pictures that a thread takes at a time"),
        key(
            "queue.gather_milliseconds", "2", .number(0 ... 1000),
            "maximum time to wait for arriving pictures before a batch starts"),

        key(
            "operations.port", "off", .either("off", .whole(1 ... 65_535)),
            "port of a second listener for metrics and health; the metrics then leave the first one; off: none"),
        key("operations.host", "127.0.0.1", .text, "address of the second listener"),

        key("shutdown.seconds", "30", .number(0 ... 3600), "time for open requests to finish when the server stops"),
        key(
            "shutdown.delay_seconds", "0", .number(0 ... 3600),
            "time before that, in which the server is not ready but still answers; for load balancers"),

        key(
            "retention.folder", "off", .either("off", .text),
            "folder for uploaded pictures, stored without metadata and file names; off: not stored"),
        key("retention.hours", "24", .number(0.001 ... 87_600), "time until a stored picture is deleted"),
        key(
            "retention.upload_minutes", "30", .number(0.01 ... 525_600),
            "time until results of uploads without an account are deleted"),
        key(
            "retention.upload_folder", "auto", .text,
            "folder for results of uploads without an account; auto: heartsense-uploads-UID in the system's folder for "
                + "temporary files"),
        key(
            "retention.deidentify", "true", .choice(["true", "false"]),
            "true: stored pages show traces and calibration pulses only; false: the whole page"),
        key(
            "retention.account_result_days", "365", .number(0.00001 ... 36_500),
            "time until results of an account are deleted"),
        key(
            "retention.account_picture_days", "0", .number(0 ... 36_500),
            "time until pictures of an account are deleted; 0: they are not stored"),

        key(
            "accounts.public_url", "off", .either("off", .text),
            "public address of the server, for links in mail; off: its own address"
        ),
        key(
            "accounts.secure_cookies", "true", .choice(["true", "false"]),
            "true: cookies over TLS only; false: plain HTTP, which is accepted on a loopback address only"),
        key(
            "accounts.client_header", "off", .either("off", .text),
            "header in which the proxy sends the client's address"),
        key("accounts.session_hours", "168", .number(0.0001 ... 8760), "time until a new login is necessary"),
        key(
            "accounts.idle_hours", "24", .number(0.0001 ... 8760),
            "time without a request until a new login is necessary"),
        key(
            "accounts.clinician_networks", "off", .either("off", .text),
            "networks from which clinicians can log in, such as 10.0.0.0/8, 2001:db8::/32; off: all"),
        key("accounts.token_hours", "24", .number(0.0001 ... 8760), "time until a link in a mail expires"),
        key("accounts.reset_hours", "1", .number(0.0001 ... 8760), "time until a link to reset a password expires"),
        key(
            "accounts.password_cost", "12", .whole(4 ... 18),
            "cost of bcrypt; each step doubles the time; existing hashes are updated at login"),
        key(
            "accounts.password_threads", "auto", .either("auto", .whole(1 ... 256)),
            "number of low-priority threads that hash passwords; auto: three quarters of the cores"),
        key(
            "accounts.attempts_per_account", "10", .whole(1 ... 1_000_000),
            "wrong passwords for an account without delay, by device or network; then attempts wait 15 s, 30 s and so on up "
                + "to 15 minutes (429); also the maximum requests of a link in 15 minutes"),
        key(
            "accounts.attempts_per_address", "100", .whole(1 ... 1_000_000),
            "maximum logins in 15 minutes from one address; above it: 429"),

        key(
            "review.answer", "after", .choice(["after", "before"]),
            "after: clinicians see the model's answer after their own; before: together with the ECG"),

        key(
            "contact.recipient", "off", .either("off", .text),
            "address that receives contact forms; off: they are only stored"),
        key(
            "contact.per_address", "5", .whole(1 ... 1_000_000),
            "maximum contact forms per hour from one address; above it: 429"),
        key("contact.seconds", "3", .number(0 ... 60), "minimum time to fill in the contact form"),

        key(
            "mail.server", "off", .either("off", .text),
            "smtp://HOST:PORT (with STARTTLS) or smtps://HOST:PORT; off: write to a folder"
        ),
        key("mail.user", "", .text, "user name for the mail server; empty: no login"),
        key(
            "mail.password", "", .text,
            "password of that user; better in a file named by HEARTSENSE_MAIL_PASSWORD_FILE", isSecret: true),
        key("mail.encryption", "required", .text, "required, or off for a mail server on this machine"),
        key(
            "mail.authorities", "system", .text, "PEM file of the certificate authorities to trust for the mail server"),
        key("mail.sender", "heartsense@localhost", .text, "sender address of mail"),
        key("mail.folder", "auto", .text, "folder for .eml files if there is no mail server; auto: DATABASE.mail"),
        key("mail.seconds", "60", .number(0.1 ... 600), "timeout for replies of the mail server"),
        key(
            "mail.retry_seconds", "60", .number(1 ... 86_400),
            "time before the first retry; doubles up to four hours, and retries end after five days"),
        key(
            "mail.messages_a_day", "40", .whole(1 ... 1_000_000),
            "maximum messages of all kinds per day to one recipient; above it: 429"),
        key("mail.reports_a_day", "20", .whole(0 ... 100_000), "maximum reports per day for one account or address"),
    ])

    private static func key(
        _ path: String, _ standard: String, _ form: ValueForm, _ meaning: String, isSecret: Bool = false
    ) -> ConfigurationKey {
        ConfigurationKey(path, standard, form, meaning, readBy: [.server], isSecret: isSecret)
    }
}

extension Settings {
    /// Reads the settings of the server.
    ///
    /// - Throws: `ConfigurationError`, `FileError`.
    package init(file: String? = nil, environment: [String: String]) throws {
        try self.init(file: file, environment: environment, table: ServerKeys.table)
    }
}
