import CHDF5

/// Properties of an open file that its objects share.
struct OpenFile: Sendable {
    let path: String
    /// The size in bytes at the time of opening. No object in the file can be larger.
    let size: Int
    /// The limit of one read in bytes.
    let largestRead: Int
    /// Whether the checksum header was verified, which makes the file safe for libhdf5.
    let hasValidChecksum: Bool
}

/// The source of an object.
enum Source: Sendable {
    case library(Handle)
    /// Read without libhdf5, see `ParsedFile`.
    case parsed(ParsedFile, ParsedObject)
}

/// An open libhdf5 object, closed when its last user releases it. Objects keep the handle of their file.
final class Handle: Sendable {
    let id: hid_t
    private let parent: Handle?
    /// Accessed only inside `Library.locked`.
    nonisolated(unsafe) private var isClosed = false

    /// Takes ownership of `id`.
    init(_ id: hid_t, of parent: Handle? = nil) {
        self.id = id
        self.parent = parent
    }

    deinit {
        Library.locked {
            if !isClosed, H5Idec_ref(id) < 0 { chdf5_forget_errors() }
        }
    }

    /// Closes the object now and reports errors.
    func close(orThrow failure: (String) -> HDF5Error) throws {
        try Library.locked {
            guard !isClosed else { return }
            isClosed = true
            guard H5Idec_ref(id) >= 0 else { throw failure(Library.lastReason()) }
        }
    }
}

extension Handle {
    /// Runs `body` with a temporary object (a type, a space, a property list) and closes it.
    ///
    /// - Parameter failure: creates the error from libhdf5's reason if `id` is not a valid object.
    static func with<Result>(
        _ id: hid_t, orThrow failure: (String) -> HDF5Error, _ body: (hid_t) throws -> Result
    ) throws -> Result {
        guard id >= 0 else { throw failure(Library.lastReason()) }
        defer { H5Idec_ref(id) }
        return try body(id)
    }
}
