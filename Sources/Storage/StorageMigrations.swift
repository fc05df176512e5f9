import GRDB

/// The tables, by version. A released migration never changes; changes are added as new migrations.
///
/// Times are whole seconds since 1970. Secrets are stored as SHA-256 only. Rows that belong to an account refer to it, and
/// are deleted with it.
enum StorageMigrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            for sql in accounts + results + mail + review { try database.execute(sql: sql) }
        }
        migrator.registerMigration("2") { database in
            for sql in uploads { try database.execute(sql: sql) }
        }
        migrator.registerMigration("3") { database in
            for sql in sessions { try database.execute(sql: sql) }
        }
        return migrator
    }

    private static let accounts = [
        """
        CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            -- In lower case.
            email TEXT NOT NULL UNIQUE,
            -- Null until the address is verified: each registration's password waits with its own token.
            password TEXT,
            verified INTEGER,
            role TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'clinician')),
            -- Whether pictures may be used for training.
            training INTEGER NOT NULL DEFAULT 0 CHECK (training IN (0, 1)),
            created INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE sessions (
            token BLOB PRIMARY KEY NOT NULL,
            user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX sessions_user ON sessions (user)",
        "CREATE INDEX sessions_expires ON sessions (expires)",
        """
        CREATE TABLE tokens (
            token BLOB PRIMARY KEY NOT NULL,
            -- What it may be used for, once: 'verify', 'report'.
            purpose TEXT NOT NULL,
            user INTEGER REFERENCES users ON DELETE CASCADE,
            -- What it is about; for 'verify' the hash of the password that becomes the account's.
            payload TEXT,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX tokens_user ON tokens (user)",
        "CREATE INDEX tokens_expires ON tokens (expires)",
        """
        CREATE TABLE contact (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user INTEGER REFERENCES users ON DELETE CASCADE,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            message TEXT NOT NULL,
            created INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX contact_user ON contact (user)",
        "CREATE INDEX contact_email ON contact (email)",
    ]

    private static let results = [
        """
        CREATE TABLE results (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            -- The answer's id, which follows from model and picture: two accounts may have the same.
            id TEXT NOT NULL,
            user INTEGER REFERENCES users ON DELETE CASCADE,
            file TEXT NOT NULL,
            -- Codes of the decided labels, joined with |.
            decision TEXT NOT NULL,
            uncertain INTEGER NOT NULL CHECK (uncertain IN (0, 1)),
            -- The whole answer as it was given: JSON with every score.
            answer TEXT NOT NULL,
            model TEXT NOT NULL,
            preprocessing TEXT NOT NULL,
            label_space TEXT NOT NULL,
            -- SHA-256 of the file that was sent, in hexadecimal digits like the model's.
            input TEXT NOT NULL,
            created INTEGER NOT NULL,
            UNIQUE (user, id)
        ) STRICT
        """,
        "CREATE INDEX results_history ON results (user, created, number)",
        "CREATE INDEX results_id ON results (id)",
        "CREATE INDEX results_created ON results (created)",
        """
        CREATE TABLE images (
            result INTEGER PRIMARY KEY REFERENCES results ON DELETE CASCADE,
            -- Written anew from the pixels, without metadata.
            png BLOB NOT NULL,
            created INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX images_created ON images (created)",
        """
        CREATE TABLE feedback (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
            clinician INTEGER REFERENCES users ON DELETE SET NULL,
            -- Codes of the right labels, joined with |.
            labels TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT '',
            -- The scores that were corrected: JSON by code.
            scores TEXT NOT NULL,
            model TEXT NOT NULL,
            created INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX feedback_result ON feedback (result)",
        "CREATE INDEX feedback_clinician ON feedback (clinician)",
    ]

    private static let mail = [
        """
        CREATE TABLE outbox (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            -- What the message is known by on its way. There is never a second one of an id.
            id TEXT NOT NULL UNIQUE,
            user INTEGER REFERENCES users ON DELETE CASCADE,
            recipient TEXT NOT NULL,
            subject TEXT NOT NULL,
            text TEXT NOT NULL,
            html TEXT,
            -- JSON.
            attachments BLOB,
            state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'unconfirmed', 'failed')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_attempt INTEGER NOT NULL,
            -- Why the last attempt failed: a code, nothing of the message.
            error TEXT,
            created INTEGER NOT NULL,
            changed INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX outbox_due ON outbox (state, next_attempt)",
        "CREATE INDEX outbox_user ON outbox (user)",
        "CREATE INDEX outbox_recipient ON outbox (recipient)",
        """
        CREATE TABLE reports (
            id TEXT PRIMARY KEY NOT NULL,
            user INTEGER REFERENCES users ON DELETE CASCADE,
            result INTEGER REFERENCES results ON DELETE CASCADE,
            message INTEGER REFERENCES outbox ON DELETE SET NULL,
            recipient TEXT NOT NULL,
            created INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX reports_user ON reports (user, created)",
        "CREATE INDEX reports_result ON reports (result)",
        "CREATE INDEX reports_message ON reports (message)",
        "CREATE INDEX reports_recipient ON reports (recipient, created)",
    ]

    private static let review = [
        """
        CREATE TABLE reviews (
            result INTEGER PRIMARY KEY REFERENCES results ON DELETE CASCADE,
            -- How much a clinician's look at it is worth: ReviewPriority.
            priority REAL NOT NULL
        ) STRICT
        """,
        "CREATE INDEX reviews_priority ON reviews (priority)",
    ]

    private static let uploads = [
        """
        CREATE TABLE uploads (
            result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
            -- What it is: the samples, the drawing, the corrections.
            name TEXT NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (result, name)
        ) STRICT
        """
    ]

    private static let sessions = [
        // The time of the last request.
        "ALTER TABLE sessions ADD COLUMN used INTEGER NOT NULL DEFAULT 0",
        // The browser and system, in words of this program.
        "ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT ''",
        // The migration itself must not end a session.
        "UPDATE sessions SET used = CAST(strftime('%s', 'now') AS INTEGER)",
        """
        CREATE TABLE devices (
            -- A browser that has logged in to the account.
            token BLOB PRIMARY KEY NOT NULL,
            user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX devices_user ON devices (user, created)",
        "CREATE INDEX devices_expires ON devices (expires)",
        """
        CREATE TABLE limits (
            -- SHA-256 of the limit's kind and of what it counts for, so that no address is stored.
            key BLOB PRIMARY KEY NOT NULL,
            count INTEGER NOT NULL,
            -- The end of the window, or the time of the next attempt.
            until INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX limits_expires ON limits (expires)",
    ]
}
