import CHDF5
import LinearAlgebra

/// An array in an open HDF5 file.
public struct HDF5Dataset: Sendable {
    /// The absolute path, beginning with `/`.
    public let path: String
    /// The dimensions. Empty for a scalar.
    public let shape: [Int]
    let file: OpenFile
    let source: Source
    let stored: StoredType

    public var attributes: HDF5Attributes { HDF5Attributes(of: source, named: path, in: file) }

    /// The number of values.
    public var count: Int { shape.reduce(1, *) }

    /// Returns all values in row-major order.
    ///
    /// - Throws: `HDF5Error.type` if `Scalar` cannot represent every value of the stored type. Floats of 16 and 64 bits
    ///   are also read as `Float`, with its precision. `.tooLarge`, `.damaged`.
    public func values<Scalar: HDF5Scalar>(as: Scalar.Type = Scalar.self) throws -> [Scalar] {
        try read(rows: nil)
    }

    /// Returns the values of some rows with all their columns.
    ///
    /// - Precondition: the dataset has at least one dimension and `rows` is within the first.
    public func values<Scalar: HDF5Scalar>(rows: Range<Int>, as: Scalar.Type = Scalar.self) throws -> [Scalar] {
        precondition(!shape.isEmpty && rows.lowerBound >= 0 && rows.upperBound <= shape[0], "rows \(rows) of \(shape)")
        return try read(rows: rows)
    }

    /// Returns a matrix.
    ///
    /// - Parameter columns: the expected number of columns, or nil for any.
    /// - Throws: `HDF5Error.shape` if the dataset has another number of dimensions or columns; the errors of `values`.
    public func matrix<Scalar: HDF5Scalar & MatrixScalar>(
        columns: Int? = nil, as: Scalar.Type = Scalar.self
    ) throws -> Matrix<Scalar> {
        guard shape.count == 2, columns == nil || columns == shape[1] else {
            let expected = [shape.first ?? 0, columns ?? (shape.count == 2 ? shape[1] : 1)]
            throw HDF5Error.shape(path: file.path, object: path, expected: expected, found: shape)
        }
        return Matrix(rows: shape[0], columns: shape[1], values: try values())
    }

    /// Returns all values of a dataset of a known shape.
    ///
    /// - Throws: `HDF5Error.shape`; the errors of `values`.
    public func values<Scalar: HDF5Scalar>(shape expected: [Int], as: Scalar.Type = Scalar.self) throws -> [Scalar] {
        guard shape == expected else {
            throw HDF5Error.shape(path: file.path, object: path, expected: expected, found: shape)
        }
        return try values()
    }

    /// Returns all strings in row-major order.
    public func strings() throws -> [String] {
        if let (parsedFile, array) = parsed {
            guard stored.isText else { throw wrongType("string") }
            try checkLimit(of: count, bytesEach: stored.bytes)
            return try parsedFile.strings(of: array, object: path)
        }
        return try Library.locked {
            let type = H5Dget_type(handle.id)
            return try Handle.with(type, orThrow: damaged) { type in
                let read: (UnsafeMutableRawPointer) throws -> Void = {
                    guard H5Dread(handle.id, type, chdf5_all(), chdf5_all(), chdf5_default(), $0) >= 0 else {
                        throw damaged(Library.lastReason())
                    }
                }
                try DatasetLayout(of: self).check()
                try checkLimit(of: count, bytesEach: stored.bytes)
                switch stored {
                case .string(let bytes):
                    return count == 0 ? [] : try StringBuffer.fixed(count: count, bytes: bytes, type: type, read)
                case .variableString:
                    // libhdf5 1.10 trusts the length in the file's heap and may write beyond the buffer.
                    guard file.hasValidChecksum else { throw wrongType("fixed-length string") }
                    if count == 0 { return [] }
                    return try Handle.with(H5Dget_space(handle.id), orThrow: damaged) {
                        try StringBuffer.variable(count: count, type: type, space: $0, read)
                    }
                default: throw wrongType("string")
                }
            }
        }
    }
}

extension HDF5Dataset {
    init(path: String, file: OpenFile, source: Source) throws {
        switch source {
        case .library(let handle):
            self = try Library.locked { try HDF5Dataset(path: path, file: file, handle: handle) }
        case .parsed(_, let object):
            guard case .dataset(let array) = object.content else { preconditionFailure("\(path) is not a dataset") }
            self.init(path: path, shape: array.shape, file: file, source: source, stored: array.type.stored)
        }
    }

    /// The libhdf5 handle.
    ///
    /// - Precondition: the file is open in libhdf5.
    var handle: Handle {
        guard case .library(let handle) = source else { preconditionFailure("\(path) is read without libhdf5") }
        return handle
    }

    private var parsed: (ParsedFile, ParsedArray)? {
        guard case .parsed(let file, let object) = source, case .dataset(let array) = object.content else { return nil }
        return (file, array)
    }

    private init(path: String, file: OpenFile, handle: Handle) throws {
        func damaged(_ reason: String) -> HDF5Error { .damaged(path: file.path, object: path, reason: reason) }
        let shape = try Handle.with(H5Dget_space(handle.id), orThrow: damaged) { space in
            let rank = H5Sget_simple_extent_ndims(space)
            guard rank >= 0, H5Sget_simple_extent_type(space) != H5S_NULL else {
                throw damaged("it has no dimensions")
            }
            var extent = [hsize_t](repeating: 0, count: Int(rank))
            guard rank == 0 || H5Sget_simple_extent_dims(space, &extent, nil) >= 0 else {
                throw damaged(Library.lastReason())
            }
            // Rejects products that overflow, so that `count` cannot trap.
            var product = 1
            for length in extent {
                let (next, overflow) = product.multipliedReportingOverflow(by: Int(clamping: length))
                guard !overflow, length <= hsize_t(Int.max) else {
                    throw HDF5Error.tooLarge(path: file.path, object: path, bytes: .max, limit: file.largestRead)
                }
                product = max(next, 1)
            }
            return extent.map { Int($0) }
        }
        let stored = try Handle.with(H5Dget_type(handle.id), orThrow: damaged, StoredType.init(of:))
        self.init(path: path, shape: shape, file: file, source: .library(handle), stored: stored)
    }

    private func read<Scalar: HDF5Scalar>(rows: Range<Int>?) throws -> [Scalar] {
        guard stored.converts(to: Scalar.elementType) else { throw wrongType(Scalar.elementType.description) }
        let wanted = rows.map { [$0.count] + shape.dropFirst() } ?? shape
        let count = wanted.reduce(1, *)
        try checkLimit(of: count, bytesEach: max(stored.bytes, Scalar.elementType.bytes))
        if let (parsedFile, array) = parsed {
            let rowLength = shape.dropFirst().reduce(1, *)
            return try parsedFile.values(
                of: array, elements: rows.map { $0.lowerBound * rowLength ..< $0.upperBound * rowLength },
                object: path)
        }
        return try Library.locked {
            try DatasetLayout(of: self).check()
            guard count > 0 else { return [] }
            var values = [Scalar](repeating: .zero, count: count)
            try withSelection(of: rows, shape: shape, orThrow: damaged) { memory, selected in
                let type = Scalar.elementType.native
                guard H5Dread(handle.id, type, memory, selected, chdf5_default(), &values) >= 0 else {
                    throw damaged(Library.lastReason())
                }
            }
            return values
        }
    }

    /// Throws if a read exceeds the limit.
    private func checkLimit(of count: Int, bytesEach: Int) throws {
        let (total, overflow) = count.multipliedReportingOverflow(by: bytesEach)
        guard !overflow, total <= file.largestRead else {
            throw HDF5Error.tooLarge(
                path: file.path, object: path, bytes: overflow ? .max : total, limit: file.largestRead)
        }
    }

    func damaged(_ reason: String) -> HDF5Error { .damaged(path: file.path, object: path, reason: reason) }

    private func wrongType(_ expected: String) -> HDF5Error {
        .type(path: file.path, object: path, expected: expected, found: stored.description)
    }
}

/// Runs `body` with the dataspaces in memory and file that select some rows of a dataset, or all of it.
func withSelection<Result>(
    of rows: Range<Int>?, shape: [Int], orThrow failure: (String) -> HDF5Error,
    _ body: (_ memory: hid_t, _ file: hid_t) throws -> Result
) throws -> Result {
    guard let rows else { return try body(chdf5_all(), chdf5_all()) }
    let extent = shape.map { hsize_t($0) }
    var start = extent.map { _ in hsize_t(0) }
    start[0] = hsize_t(rows.lowerBound)
    var count = extent
    count[0] = hsize_t(rows.count)
    return try Handle.with(H5Screate_simple(Int32(count.count), count, nil), orThrow: failure) { memory in
        try Handle.with(H5Screate_simple(Int32(extent.count), extent, nil), orThrow: failure) { file in
            guard H5Sselect_hyperslab(file, H5S_SELECT_SET, start, nil, count, nil) >= 0 else {
                throw failure(Library.lastReason())
            }
            return try body(memory, file)
        }
    }
}
