import GRDB

/// Messages of the contact form, rows without references to others.
public enum ContactRow {
    public static func insert(_ number: Int, bytes: Int = 0, into database: Database) throws {
        try database.execute(
            sql: "INSERT INTO contact (name, email, message, created) VALUES (?, 'a@b.c', ?, 0)",
            arguments: ["name-\(number)", String(repeating: "x", count: bytes)])
    }

    public static func count(in database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM contact") ?? -1
    }
}
