import CHDF5
import Files
import Foundation

/// An HDF5 file that is open for reading.
///
/// Every object reached from `root` keeps the file open, and the last one closes it. Reading never opens a second file.
/// External links, datasets with external values and filters that must be loaded are errors.
public struct HDF5File: Sendable {
    public let path: String
    public let root: HDF5Group

    /// The default limit of one read in bytes.
    public static let defaultLargestRead = 4 << 30

    /// Opens a file for reading.
    ///
    /// - Parameters:
    ///   - header: checked before libhdf5 opens the file; nil for files without one.
    ///   - largestRead: the limit of one read in bytes; a larger dataset is an error.
    /// - Throws: `FileError` if there is no such file. `HDF5Error.notHDF5`, `.cannotOpen`, and with a header `.header`,
    ///   `.version`, `.digest`.
    public static func open(
        _ path: String, header: ChecksumHeader? = nil, largestRead: Int = defaultLargestRead
    ) throws -> HDF5File {
        try open(path, header: header, largestRead: largestRead, withoutLibrary: header == nil)
    }

    /// Writes a file whose content `body` adds to the root group.
    ///
    /// The file appears under its name when all data is on the disk. Equal content gives equal bytes. There are no time
    /// stamps, numbers are little-endian, and objects are in the order of creation.
    ///
    /// - Parameters:
    ///   - header: added in a user block with the SHA-256 of the content.
    ///   - body: must not keep the group, which is closed when `body` returns.
    /// - Throws: the errors of `body`, `FileError.cannotWrite`, `HDF5Error.cannotWrite`.
    public static func create(
        _ path: String, header: ChecksumHeader? = nil, _ body: (_ root: HDF5Group) throws -> Void
    ) throws {
        let image = try image(of: path, userBlock: header == nil ? 0 : ChecksumHeader.blockSize, body)
        try AtomicFile.write(header.map { $0.filling(image) } ?? image, to: path)
    }
}

extension HDF5File {
    /// - Parameter withoutLibrary: reads what `ParsedFile` supports without libhdf5. A file with a valid checksum is
    ///   unchanged since it was written and is safe to open with libhdf5.
    static func open(
        _ path: String, header: ChecksumHeader? = nil, largestRead: Int = defaultLargestRead, withoutLibrary: Bool
    ) throws -> HDF5File {
        let size = try sizeOfHDF5File(path, withoutHeader: header == nil)
        if let header { _ = try header.verify(path) }
        let file = OpenFile(path: path, size: size, largestRead: largestRead, hasValidChecksum: header != nil)
        if withoutLibrary {
            do {
                let (parsedFile, root) = try ParsedFile.open(path, size: size)
                return HDF5File(path: path, root: HDF5Group(path: "/", file: file, source: .parsed(parsedFile, root)))
            } catch is ParsedFile.Unsupported {}
        }
        return try Library.locked {
            let access = try AccessProperties(path: path)
            let id = H5Fopen(path, chdf5_read_only(), access.id)
            guard id >= 0 else { throw HDF5Error.cannotOpen(path: path, reason: Library.lastReason()) }
            return HDF5File(path: path, root: try HDF5Group(opening: "/", of: Handle(id), in: file))
        }
    }

    /// Returns the bytes of a new file.
    ///
    /// The file is built in memory, because libhdf5 1.10 crashes on a full disk when it closes a file that it could not
    /// flush. This needs twice the memory of the file.
    private static func image(of path: String, userBlock: Int, _ body: (HDF5Group) throws -> Void) throws -> Data {
        let failure = { HDF5Error.cannotWrite(path: path, object: "the file", reason: $0) }
        let access = try AccessProperties(path: path, closing: H5F_CLOSE_STRONG)
        Library.locked { _ = H5Pset_fapl_core(access.id, 1 << 20, false) }
        let handle = try create(UUID().uuidString, userBlock: userBlock, access, orThrow: failure)
        try fill(path, handle, body)
        let image = try Library.locked {
            // The size excludes the user block. H5Fget_file_image would also copy the bytes, but without the user
            // block. It also clears a field of the superblock without updating its checksum.
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

    /// Writes a new file in place, with holes where `body` reserves space and writes nothing.
    ///
    /// - Parameter final: the path in error messages.
    static func createInPlace(_ path: String, naming final: String, _ body: (HDF5Group) throws -> Void) throws {
        let failure = { HDF5Error.cannotWrite(path: final, object: "the file", reason: $0) }
        // Checks that there is space for the metadata, because libhdf5 crashes on a full disk (see `image`).
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
        let file = OpenFile(path: path, size: .max, largestRead: defaultLargestRead, hasValidChecksum: true)
        try body(HDF5Group(opening: "/", of: handle, in: file))
        try Library.locked {
            guard H5Fflush(handle.id, H5F_SCOPE_GLOBAL) >= 0 else {
                throw HDF5Error.cannotWrite(path: path, object: "the file", reason: Library.lastReason())
            }
        }
    }

    /// Returns the size of a file that begins like HDF5.
    static func sizeOfHDF5File(_ path: String, withoutHeader: Bool) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw FileError.missing(path: path) }
            throw FileError.cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError.isFolder(path: path) }
        guard access(path, R_OK) == 0 else {
            throw FileError.cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        if withoutHeader, Library.locked({ H5Fis_hdf5(path) }) <= 0 {
            Library.locked { chdf5_forget_errors() }
            throw HDF5Error.notHDF5(path: path, found: FileKind(ofFile: path).insteadOfHDF5)
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

/// The file access property list.
struct AccessProperties: ~Copyable {
    let id: hid_t

    /// - Parameter closing: `H5F_CLOSE_STRONG` closes the file completely, even if the caller keeps objects.
    init(path: String, closing: H5F_close_degree_t = H5F_CLOSE_WEAK) throws {
        id = H5Pcreate(chdf5_file_access())
        guard id >= 0 else { throw HDF5Error.cannotOpen(path: path, reason: Library.lastReason()) }
        // Formats from 1.8 on have a checksum in every object header.
        H5Pset_libver_bounds(id, H5F_LIBVER_V18, H5F_LIBVER_V110)
        // Files are replaced by rename, so readers need no lock. Some network disks do not support locks.
        H5Pset_file_locking(id, false, true)
        H5Pset_fclose_degree(id, closing)
    }

    deinit { H5Pclose(id) }
}
