import Foundation
import GRDB
import Mail
import Storage

/// The clinician role, which allows corrections. Only the operator grants it; no route does.
public enum ClinicianRole {
    /// - Returns: The number of the account.
    /// - Throws: `ClinicianRoleError`, `StorageError`, `FileError`.
    @discardableResult
    public static func set(_ isClinician: Bool, email: String, database path: String) throws -> Int64 {
        guard access(path, R_OK) == 0 else { throw StorageError.missing(path: path) }
        guard let address = MailAddress(email) else { throw ClinicianRoleError.noAccount(email: email, database: path) }
        let storage = try ServerDatabase(path: path)
        do {
            let user = try storage.pool.write { database in
                try Int64.fetchOne(
                    database,
                    sql: "UPDATE users SET role = ? WHERE email = ? AND verified IS NOT NULL RETURNING id",
                    arguments: [isClinician ? "clinician" : "user", address.description.lowercased()])
            }
            guard let user else { throw ClinicianRoleError.noAccount(email: email, database: path) }
            return user
        } catch let error as DatabaseError {
            throw StorageError(error, path: path)
        }
    }
}

public enum ClinicianRoleError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case noAccount(email: String, database: String)

    public var description: String {
        switch self {
        case .noAccount(let email, let database):
            "\(database): no account with a confirmed address '\(email)'. Register and confirm the address first."
        }
    }

    public var errorDescription: String? { description }
}
