import Records
import Scratch

/// A database in a folder of its own.
struct StoredSample {
    let scratch: Scratch
    let storage: Storage

    init() throws {
        scratch = try Scratch()
        storage = try Storage(path: scratch("database"), busySeconds: 0.5)
    }
}
