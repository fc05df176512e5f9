import CHDF5
import Files
import Foundation

/// The file of a row store: three datasets with space for `capacity` rows, and their offsets in the file.
struct RowStoreFile: Sendable {
    let columns: Int
    let capacity: Int
    private let path: String
    private let descriptor: Descriptor
    private let keys: Part
    private let values: Part
    private let checks: Part

    /// A dataset with `stride` bytes per row. The first row is at `offset`.
    private struct Part: Sendable {
        let name: String
        let offset: Int
        let stride: Int
    }

    private static let keyBytes = 32
    /// The number of bytes of the SHA-256 that are stored to detect incomplete rows.
    private static let checkBytes = 8
    /// The number of bytes that are read at a time while counting and copying.
    private static let batchBytes = 8 << 20

    /// Writes a new file with the first rows of `other` and opens it.
    static func create(
        _ path: String, columns: Int, purpose: String, capacity: Int, copying rows: Int = 0,
        of other: RowStoreFile? = nil
    ) throws -> RowStoreFile {
        try AtomicFile.write(to: path) { temporary in
            try HDF5File.createInPlace(temporary, naming: path) { root in
                try root.attributes.set("purpose", to: purpose)
                try root.reserve(for: [capacity, keyBytes], of: .uint8, named: "keys")
                try root.reserve(for: [capacity, columns], of: .float32, named: "values")
                try root.reserve(for: [capacity, checkBytes], of: .uint8, named: "checks")
            }
            if let other {
                let copy = try open(temporary, columns: columns, purpose: purpose)
                for batch in copy.batches(of: rows) {
                    try copy.write(keys: other.keys(batch), values: other.values(batch), at: batch.lowerBound)
                }
            }
            try HDF5File.flushToDisk(temporary, naming: path)
        }
        return try open(path, columns: columns, purpose: purpose)
    }

    /// - Throws: `HDF5Error` if the file is not a row store of this purpose and width.
    static func open(_ path: String, columns: Int, purpose: String) throws -> RowStoreFile {
        let root = try HDF5File.open(path).root
        let found = try root.attributes.string("purpose")
        guard found == purpose else {
            throw HDF5Error.kind(
                path: path, object: "the file", expected: "row store for \(purpose)", found: "row store for \(found)")
        }
        let keys = try root.dataset("keys")
        let capacity = keys.shape.first ?? 0
        func part(_ name: String, _ width: Int, _ type: HDF5ElementType) throws -> Part {
            let dataset = try root.dataset(name)
            return Part(
                name: dataset.path, offset: try dataset.offset(shape: [capacity, width], type: type),
                stride: width * type.bytes)
        }
        return RowStoreFile(
            columns: columns, capacity: capacity, path: path, descriptor: try Descriptor(path, writable: true),
            keys: try part("keys", keyBytes, .uint8), values: try part("values", columns, .float32),
            checks: try part("checks", checkBytes, .uint8))
    }

    /// Returns the number of valid rows before the first invalid one, and the number of rows that were started.
    func countRows() throws -> (sound: Int, started: Int) {
        for batch in batches(of: capacity) {
            let keyBytes = try read(keys, batch)
            let found = try read(checks, batch)
            let expected = Self.checks(
                keys: keyBytes, values: try read(values, batch), rows: batch.count, columns: columns)
            if found == expected { continue }
            let sound = batch.lowerBound + zip(found, expected).prefix { $0 == $1 }.count / Self.checkBytes
            return (sound, try lastBegun(from: sound))
        }
        return (capacity, capacity)
    }

    /// Returns the number of rows up to the last one with a key or a checksum.
    private func lastBegun(from sound: Int) throws -> Int {
        for part in [keys, checks] {
            let bytes = try read(part, sound ..< capacity)
            if let last = bytes.lastIndex(where: { $0 != 0 }) { return sound + last / part.stride + 1 }
        }
        return sound
    }

    func keys(_ rows: Range<Int>) throws -> [Digest] {
        let bytes = try read(keys, rows)
        return (0 ..< rows.count).map { row in
            let digits = bytes[row * Self.keyBytes ..< (row + 1) * Self.keyBytes]
                .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            guard let key = Digest(hexadecimal: digits) else { preconditionFailure("32 bytes make a digest") }
            return key
        }
    }

    func values(_ rows: Range<Int>) throws -> [Float] {
        let bytes = try read(values, rows)
        return [Float](unsafeUninitializedCapacity: rows.count * columns) { floats, count in
            bytes.withUnsafeBytes { _ = $0.copyBytes(to: floats) }
            count = rows.count * columns
        }
    }

    /// - Precondition: there is enough capacity.
    func write(keys newKeys: [Digest], values newValues: [Float], at row: Int) throws {
        precondition(row + newKeys.count <= capacity, "row \(row + newKeys.count) of \(capacity)")
        let keyBytes = newKeys.flatMap(\.bytes)
        let valueBytes = newValues.withUnsafeBytes { Array($0) }
        let newChecks = Self.checks(keys: keyBytes, values: valueBytes, rows: newKeys.count, columns: columns)
        for (part, bytes) in [(values, valueBytes), (keys, keyBytes), (checks, newChecks)] {
            try descriptor.write(bytes, at: part.offset + row * part.stride) {
                HDF5Error.cannotWrite(path: path, object: part.name, reason: $0)
            }
        }
    }

    private func read(_ part: Part, _ rows: Range<Int>) throws -> [UInt8] {
        try descriptor.read(rows.count * part.stride, at: part.offset + rows.lowerBound * part.stride) {
            HDF5Error.damaged(path: path, object: part.name, reason: $0)
        }
    }

    private func batches(of rows: Int) -> [Range<Int>] {
        let size = max(1, Self.batchBytes / values.stride)
        return stride(from: 0, to: rows, by: size).map { $0 ..< min($0 + size, rows) }
    }

    /// Returns the first bytes of the SHA-256 over the key and values of each row.
    private static func checks(keys: [UInt8], values: [UInt8], rows: Int, columns: Int) -> [UInt8] {
        var checks: [UInt8] = []
        checks.reserveCapacity(rows * checkBytes)
        for row in 0 ..< rows {
            var hasher = Digest.Hasher()
            hasher.update(keys[row * keyBytes ..< (row + 1) * keyBytes])
            hasher.update(values[row * columns * 4 ..< (row + 1) * columns * 4])
            checks += hasher.finish().bytes.prefix(checkBytes)
        }
        return checks
    }
}

extension HDF5Group {
    /// Creates a dataset without values. Its place in the file is fixed and its bytes are a hole.
    fileprivate func reserve(for shape: [Int], of type: HDF5ElementType, named name: String) throws {
        let failure = { cannotWrite(name, $0) }
        try Library.locked {
            try Handle.with(H5Pcreate(chdf5_dataset_creation()), orThrow: failure) { creation in
                H5Pset_obj_track_times(creation, false)
                H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY)
                H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER)
                let space = H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
                try Handle.with(space, orThrow: failure) { space in
                    let id = H5Dcreate2(
                        handle.id, name, type.stored, space, chdf5_default(), creation, chdf5_default())
                    try Handle.with(id, orThrow: failure) { _ in }
                }
            }
        }
    }
}

extension HDF5Dataset {
    /// Returns the offset of the values in the file.
    ///
    /// - Throws: `HDF5Error.shape`, `.type`; `.damaged` if the values are not contiguous within the file.
    fileprivate func offset(shape expected: [Int], type: HDF5ElementType) throws -> Int {
        guard shape == expected else {
            throw HDF5Error.shape(path: file.path, object: path, expected: expected, found: shape)
        }
        guard stored.converts(to: type), stored.bytes == type.bytes else {
            throw HDF5Error.type(
                path: file.path, object: path, expected: type.description, found: stored.description)
        }
        return try Library.locked {
            try DatasetLayout(of: self).check()
            let offset = H5Dget_offset(handle.id)
            chdf5_forget_errors()
            guard offset != haddr_t.max, offset <= UInt64(file.size), count * type.bytes <= file.size - Int(offset)
            else { throw damaged("its values are not contiguous") }
            return Int(offset)
        }
    }
}
