import CHDF5

/// What every object of an open file needs to know about it.
struct OpenFile: Sendable {
    let path: String
    /// Bytes on the disk when it was opened: nothing in it can sensibly claim to be larger.
    let size: Int
    /// The largest array, in bytes, that is read from it at once.
    let largestRead: Int
    /// What libhdf5 is safe with: a file of ours whose seal is sound.
    let isSealed: Bool
}

/// Where an object is read from.
enum Source: Sendable {
    case library(Handle)
    /// Without libhdf5, see `PlainFile`.
    case plain(PlainFile, PlainObject)
}

/// An open libhdf5 object, closed with its last user. The file's own handle is kept by all that came out of it.
final class Handle: Sendable {
    let id: hid_t
    private let parent: Handle?
    /// Read and written inside `Library.locked`.
    nonisolated(unsafe) private var isClosed = false

    /// Takes over `id`.
    init(_ id: hid_t, of parent: Handle? = nil) {
        self.id = id
        self.parent = parent
    }

    deinit {
        Library.locked {
            if !isClosed, H5Idec_ref(id) < 0 { chdf5_forget_errors() }
        }
    }

    /// Closes the object now, to learn whether that went well.
    func close(orThrow failure: (String) -> HDF5Error) throws {
        try Library.locked {
            guard !isClosed else { return }
            isClosed = true
            guard H5Idec_ref(id) >= 0 else { throw failure(Library.lastReason()) }
        }
    }
}

extension Handle {
    /// Runs `body` with a short-lived object (a type, a space, a property list) and closes it.
    ///
    /// - Parameter failure: makes the error when `id` is not an object; gets libhdf5's reason.
    static func with<Result>(
        _ id: hid_t, orThrow failure: (String) -> HDF5Error, _ body: (hid_t) throws -> Result
    ) throws -> Result {
        guard id >= 0 else { throw failure(Library.lastReason()) }
        defer { H5Idec_ref(id) }
        return try body(id)
    }
}
