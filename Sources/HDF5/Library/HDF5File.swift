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
        let image = try image(of: path, userBlock: seal == nil ? 0 : FileSeal.blockSize, body)
        try AtomicFile.write(seal.map { $0.sealed(image) } ?? image, to: path)
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

    /// The bytes of a new file.
    ///
    /// It is built in memory, because libhdf5 1.10 does not survive a full disk: closing a file that could not be
    /// flushed crashes. Memory is needed for twice the file.
    private static func image(of path: String, userBlock: Int, _ body: (HDF5Group) throws -> Void) throws -> Data {
        let failure = { HDF5Error.cannotWrite(path: path, object: "the file", reason: $0) }
        let access = try AccessProperties(path: path, closing: H5F_CLOSE_STRONG)
        Library.locked { _ = H5Pset_fapl_core(access.id, 1 << 20, false) }
        let handle = try create(UUID().uuidString, userBlock: userBlock, access, orThrow: failure)
        try fill(path, handle, body)
        let image = try Library.locked {
            // The size is that without the user block. The library would also copy the bytes, but without the user
            // block, and clears a field of the first structure without renewing its checksum.
            let size = H5Fget_file_image(handle.id, nil, 0)
            var memory: UnsafeMutableRawPointer?
            guard size > 0, H5Fget_vfd_handle(handle.id, access.id, &memory) >= 0,
                let bytes = memory?.load(as: UnsafeRawPointer?.self)
            else { throw failure(Library.lastReason()) }
            return Data(bytes: bytes, count: userBlock + size)
        }
        try handle.close(orThrow: failure)
        return image
    }

    /// Writes a new file directly, with holes where `body` makes room and writes nothing.
    ///
    /// - Parameter final: the name that errors speak of.
    static func createInPlace(_ path: String, naming final: String, _ body: (HDF5Group) throws -> Void) throws {
        let failure = { HDF5Error.cannotWrite(path: final, object: "the file", reason: $0) }
        // See `image`: there has to be room for the structure at least.
        var disk = statvfs()
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard statvfs(folder, &disk) != 0 || Int(disk.f_bavail) * Int(disk.f_frsize) >= 1 << 20 else {
            throw failure(String(cString: strerror(ENOSPC)))
        }
        let access = try AccessProperties(path: path, closing: H5F_CLOSE_STRONG)
        let handle = try create(path, userBlock: 0, access, orThrow: failure)
        try fill(final, handle, body)
        try handle.close(orThrow: failure)
    }

    private static func create(
        _ name: String, userBlock: Int, _ access: borrowing AccessProperties, orThrow failure: (String) -> HDF5Error
    ) throws -> Handle {
        let accessList = access.id
        return try Library.locked {
            let id = try Handle.with(H5Pcreate(chdf5_file_creation()), orThrow: failure) { creation in
                H5Pset_userblock(creation, hsize_t(userBlock))
                H5Pset_obj_track_times(creation, false)
                return H5Fcreate(name, chdf5_exclusive(), creation, accessList)
            }
            guard id >= 0 else { throw failure(Library.lastReason()) }
            return Handle(id)
        }
    }

    private static func fill(_ path: String, _ handle: Handle, _ body: (HDF5Group) throws -> Void) throws {
        let file = OpenFile(path: path, size: .max, largestRead: defaultLargestRead, isSealed: true)
        try body(HDF5Group(opening: "/", of: handle, in: file))
        try Library.locked {
            guard H5Fflush(handle.id, H5F_SCOPE_GLOBAL) >= 0 else {
                throw HDF5Error.cannotWrite(path: path, object: "the file", reason: Library.lastReason())
            }
        }
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
