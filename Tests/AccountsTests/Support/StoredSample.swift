import TestSupport

@testable import Storage

/// A database in a temporary folder.
struct StoredSample {
    let scratch: Scratch
    let storage: ServerDatabase

    init() throws {
        scratch = try Scratch()
        storage = try ServerDatabase(path: scratch("database"), busySeconds: 0.5)
    }
}
