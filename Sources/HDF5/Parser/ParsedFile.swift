import Files
import Foundation

/// A Swift reader of HDF5's original structures, which h5py (and therefore Keras) writes by default.
///
/// libhdf5 1.10 trusts its input. A flipped bit in a group or string makes it write beyond its buffers and crashes the
/// process. Files without a checksum header are therefore read here, where every address and size is checked.
///
/// Later or rarer structures are left to libhdf5: single datasets (chunks, filters, unusual types), or the whole file
/// (object headers of version 2). Variable-length strings are then an error, because they are the most dangerous.
///
/// - Source: HDF5 File Format Specification, version 3.0.
struct ParsedFile: Sendable {
    let path: String
    /// The size of the file in bytes.
    let size: Int
    /// The offset of address 0, equal to the size of the user block.
    let base: Int
    private let descriptor: Descriptor

    /// The file uses a valid structure that this reader does not support.
    struct Unsupported: Error {}

    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The address that means "none".
    static let undefinedAddress = UInt64.max

    /// Opens a file and reads the tree of its objects without their values.
    ///
    /// - Throws: `HDF5Error`, or `Unsupported`.
    static func open(_ path: String, size: Int) throws -> (file: ParsedFile, root: ParsedObject) {
        let descriptor = try Descriptor(path, writable: false)
        var start = 0
        while true {
            guard start + 96 <= size else { throw Unsupported() }
            let found = try descriptor.read(8, at: start) { .cannotOpen(path: path, reason: $0) }
            if found == signature { break }
            start = start == 0 ? 512 : 2 * start
        }
        var file = ParsedFile(path: path, size: size, base: 0, descriptor: descriptor)
        var superblock = try file.cursor(at: UInt64(start), count: 96, of: "the superblock")
        superblock.skip(8)
        let version = try superblock.byte()
        guard version <= 1 else { throw Unsupported() }
        superblock.skip(4)
        guard try superblock.byte() == 8, try superblock.byte() == 8 else { throw Unsupported() }
        superblock.skip(version == 0 ? 9 : 13)
        let base = try superblock.integer(8)
        guard base == UInt64(start) else { throw Unsupported() }
        superblock.skip(8)
        let end = try superblock.integer(8)
        guard end <= UInt64(size) else {
            throw HDF5Error.cannotOpen(
                path: path, reason: "expected \(end) bytes, found \(size)")
        }
        superblock.skip(16)
        let root = try superblock.integer(8)
        file = ParsedFile(path: path, size: size, base: start, descriptor: descriptor)
        var reader = ObjectTreeReader(file: file)
        return (file, try reader.object(at: root, path: "/", depth: 0))
    }

    /// Returns a cursor over a part of the file.
    ///
    /// - Parameters:
    ///   - address: relative to `base`, as stored in the file.
    ///   - object: named in the error if the part is not within the file.
    func cursor(at address: UInt64, count: Int, of object: String) throws -> Cursor {
        Cursor(bytes: try bytes(at: address, count: count, of: object), file: self, object: object)
    }

    func bytes(at address: UInt64, count: Int, of object: String) throws -> [UInt8] {
        guard count >= 0, address <= UInt64(size - base), count <= size - base - Int(address) else {
            throw damaged(object, "it points beyond the end of the file")
        }
        return try descriptor.read(count, at: base + Int(address)) { damaged(object, $0) }
    }

    func damaged(_ object: String, _ reason: String) -> HDF5Error {
        .damaged(path: path, object: object, reason: reason)
    }
}

/// Reads consecutive little-endian fields and never beyond the end of its bytes.
struct Cursor {
    let bytes: [UInt8]
    private(set) var position = 0
    private let file: ParsedFile
    private let object: String

    init(bytes: [UInt8], file: ParsedFile, object: String) {
        self.bytes = bytes
        self.file = file
        self.object = object
    }

    var remaining: Int { bytes.count - position }

    mutating func skip(_ count: Int) { position = min(bytes.count, position + count) }

    mutating func byte() throws -> UInt8 { try take(1).first! }

    /// Reads an unsigned integer of 1 to 8 bytes.
    mutating func integer(_ count: Int) throws -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads an unsigned count or size. A value too large for `Int` is an error.
    mutating func count(_ bytes: Int) throws -> Int {
        guard let value = Int(exactly: try integer(bytes)) else {
            throw file.damaged(object, "it contains an invalid size")
        }
        return value
    }

    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw file.damaged(object, "it is truncated") }
        defer { position += count }
        return bytes[position ..< position + count]
    }

    /// - Throws: `HDF5Error.damaged` unless the next bytes are `signature`.
    mutating func expect(_ signature: String) throws {
        guard try Array(take(signature.utf8.count)) == Array(signature.utf8) else {
            throw file.damaged(object, "the signature \(signature) is missing")
        }
    }
}
