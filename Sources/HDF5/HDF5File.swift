import CHDF5
import Files
import Foundation

/// An HDF5 file that is open for reading.
///
/// Every object that is reached from `root` keeps the file open; the last one closes it. Links out of the file,
/// datasets whose values lie in other files and filters that would have to be loaded are refused: reading a file
/// looks at nothing but that file.
public struct HDF5File: Sendable {
    public let path: String
    public let root: HDF5Group

    /// The largest array, in bytes, that is read at once unless the caller says otherwise.
    public static let defaultLargestRead = 4 << 30

    /// Opens the file at `path` for reading.
    ///
    /// - Parameters:
    ///   - seal: checked before libhdf5 sees the file; nil for files that have none.
    ///   - largestRead: bytes; a dataset that claims more is refused.
    /// - Throws: `FileError` if there is no such file; `HDF5Error.notHDF5`, `.cannotOpen`, and with a seal
    ///   `.notSealed`, `.version`, `.digest`.
    public static func open(
        _ path: String, seal: FileSeal? = nil, largestRead: Int = defaultLargestRead
    ) throws -> HDF5File {
        try open(path, seal: seal, largestRead: largestRead, withoutLibrary: seal == nil)
    }

    /// Writes a whole file: `body` fills it through its root group.
    ///
    /// The file appears under its name only when everything has reached the disk. The same content gives the same
    /// bytes: no time stamps, little-endian, objects in the order in which `body` makes them.
    ///
    /// - Parameters:
    ///   - seal: puts a user block in front with the SHA-256 of all that follows.
    ///   - body: must not keep the group; it is closed when `body` returns.
    /// - Throws: what `body` throws, `FileError.cannotWrite` or `HDF5Error.cannotWrite`.
    public static func create(
        _ path: String, seal: FileSeal? = nil, _ body: (_ root: HDF5Group) throws -> Void
    ) throws {
        try AtomicFile.write(to: path) { temporary in
            do {
                try createInPlace(temporary, userBlock: seal == nil ? 0 : FileSeal.blockSize, body)
            } catch HDF5Error.cannotWrite(temporary, let object, let reason) {
                throw HDF5Error.cannotWrite(path: path, object: object, reason: reason)
            }
            try seal?.stamp(temporary, naming: path)
            try flushToDisk(temporary, naming: path)
        }
    }

}

extension HDF5File {
    /// - Parameter withoutLibrary: reads what `PlainFile` can read without libhdf5. A file whose seal is sound is
    ///   what was written, so the library can be trusted with it.
    static func open(
        _ path: String, seal: FileSeal? = nil, largestRead: Int = defaultLargestRead, withoutLibrary: Bool
    ) throws -> HDF5File {
        let size = try sizeOfHDF5File(path, unsealed: seal == nil)
        if let seal { _ = try seal.verify(path) }
        let file = OpenFile(path: path, size: size, largestRead: largestRead, isSealed: seal != nil)
        if withoutLibrary {
            do {
                let (plain, root) = try PlainFile.open(path, size: size)
                return HDF5File(path: path, root: HDF5Group(path: "/", file: file, source: .plain(plain, root)))
            } catch is PlainFile.Unsupported {}
        }
        return try Library.locked {
            let access = try AccessProperties(path: path)
            let id = H5Fopen(path, chdf5_read_only(), access.id)
            guard id >= 0 else { throw HDF5Error.cannotOpen(path: path, reason: Library.lastReason()) }
            return HDF5File(path: path, root: try HDF5Group(opening: "/", of: Handle(id), in: file))
        }
    }

    static func createInPlace(
        _ path: String, userBlock: Int, _ body: (HDF5Group) throws -> Void
    ) throws {
        let failure = { HDF5Error.cannotWrite(path: path, object: "the file", reason: $0) }
        let handle = try Library.locked {
            let access = try AccessProperties(path: path, closing: H5F_CLOSE_STRONG)
            let id = try Handle.with(H5Pcreate(chdf5_file_creation()), orThrow: failure) { creation in
                H5Pset_userblock(creation, hsize_t(userBlock))
                H5Pset_obj_track_times(creation, false)
                return H5Fcreate(path, chdf5_exclusive(), creation, access.id)
            }
            guard id >= 0 else { throw failure(Library.lastReason()) }
            return Handle(id)
        }
        let file = OpenFile(path: path, size: .max, largestRead: defaultLargestRead, isSealed: true)
        try body(HDF5Group(opening: "/", of: handle, in: file))
        try Library.locked {
            guard H5Fflush(handle.id, H5F_SCOPE_GLOBAL) >= 0 else { throw failure(Library.lastReason()) }
        }
        try handle.close(orThrow: failure)
    }

    /// The size of a file that begins like HDF5.
    static func sizeOfHDF5File(_ path: String, unsealed: Bool) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw FileError.missing(path: path) }
            throw FileError.cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError.isFolder(path: path) }
        guard access(path, R_OK) == 0 else {
            throw FileError.cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        if unsealed, Library.locked({ H5Fis_hdf5(path) }) <= 0 {
            Library.locked { chdf5_forget_errors() }
            throw HDF5Error.notHDF5(path: path, found: FileKind.description(ofBytes: FileKind.firstBytes(of: path)))
        }
        return Int(status.st_size)
    }

    static func flushToDisk(_ path: String, naming final: String) throws {
        let file = Foundation.open(path, O_RDWR)
        guard file >= 0 else { throw FileError.lastError(writing: final) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw FileError.lastError(writing: final) }
    }
}

/// How files are opened.
struct AccessProperties: ~Copyable {
    let id: hid_t

    /// - Parameter closing: strong where the file must be whole once it is closed, whatever a caller still holds.
    init(path: String, closing: H5F_close_degree_t = H5F_CLOSE_WEAK) throws {
        id = H5Pcreate(chdf5_file_access())
        guard id >= 0 else { throw HDF5Error.cannotOpen(path: path, reason: Library.lastReason()) }
        // The formats from 1.8 on have a checksum in every object header.
        H5Pset_libver_bounds(id, H5F_LIBVER_V18, H5F_LIBVER_V110)
        // Files come and go by rename, so readers need no lock, and some network disks have none.
        H5Pset_file_locking(id, false, true)
        H5Pset_fclose_degree(id, closing)
    }

    deinit { H5Pclose(id) }
}
