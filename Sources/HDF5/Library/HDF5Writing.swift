import CHDF5
import LinearAlgebra

/// The storage layout of a new dataset.
public enum HDF5Storage: Sendable, Equatable {
    /// One contiguous block.
    case contiguous
    /// Chunks of rows of about 256 KiB, with the shuffle filter and deflate at level 0…9.
    case deflated(level: Int = 4)
}

extension HDF5Group {
    /// Writes an array to a new dataset.
    ///
    /// - Parameters:
    ///   - shape: row-major; nil for one dimension.
    ///   - name: the name of the dataset in this group.
    /// - Precondition: the number of values matches `shape`.
    /// - Throws: `HDF5Error.cannotWrite`, also if the dataset exists already.
    public func write<Scalar: HDF5Scalar>(
        _ values: [Scalar], shape: [Int]? = nil, to name: String, storage: HDF5Storage = .contiguous
    ) throws {
        let shape = shape ?? [values.count]
        precondition(shape.reduce(1, *) == values.count, "\(name): \(values.count) values for the shape \(shape)")
        let type = Scalar.elementType
        try Library.locked {
            try write(
                values, shape: shape, to: name, storage: storage, type: type.stored, memoryType: type.native,
                bytesEach: type.bytes)
        }
    }

    /// Writes a matrix to a new dataset of two dimensions.
    public func write<Scalar: HDF5Scalar & MatrixScalar>(
        _ matrix: Matrix<Scalar>, to name: String, storage: HDF5Storage = .contiguous
    ) throws {
        try write(matrix.values, shape: [matrix.rows, matrix.columns], to: name, storage: storage)
    }

    /// Writes strings to a new dataset of one dimension.
    ///
    /// - Precondition: the strings have no NUL character.
    public func write(_ texts: [String], to name: String, storage: HDF5Storage = .contiguous) throws {
        try Library.locked {
            let (bytes, width) = StringBuffer.padded(texts)
            let failure = { cannotWrite(name, $0) }
            try Handle.with(StringBuffer.type(width: width), orThrow: failure) { type in
                try write(
                    bytes, shape: [texts.count], to: name, storage: storage, type: type, memoryType: type,
                    bytesEach: width)
            }
        }
    }

    func cannotWrite(_ name: String, _ reason: String) -> HDF5Error {
        .cannotWrite(path: file.path, object: full(name), reason: reason)
    }

    private func write<Element: BitwiseCopyable>(
        _ elements: [Element], shape: [Int], to name: String, storage: HDF5Storage, type: hid_t,
        memoryType: hid_t, bytesEach: Int
    ) throws {
        precondition(
            !name.isEmpty && !name.contains("/"), "a dataset name must not be empty or contain a slash: \(name)")
        let failure = { cannotWrite(name, $0) }
        let extent = shape.map { hsize_t($0) }
        try Handle.with(H5Pcreate(chdf5_dataset_creation()), orThrow: failure) { creation in
            try configure(creation, storage: storage, shape: shape, bytesEach: bytesEach)
            let space = shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(extent.count), extent, nil)
            try Handle.with(space, orThrow: failure) { space in
                let id = H5Dcreate2(handle.id, name, type, space, chdf5_default(), creation, chdf5_default())
                try Handle.with(id, orThrow: failure) { id in
                    guard
                        elements.isEmpty
                            || H5Dwrite(id, memoryType, chdf5_all(), chdf5_all(), chdf5_default(), elements) >= 0
                    else { throw failure(Library.lastReason()) }
                }
            }
        }
    }

    private func configure(_ creation: hid_t, storage: HDF5Storage, shape: [Int], bytesEach: Int) throws {
        H5Pset_obj_track_times(creation, false)
        guard case .deflated(let level) = storage, !shape.isEmpty, !shape.contains(0) else { return }
        precondition((0 ... 9).contains(level), "deflate level \(level)")
        let rowBytes = shape.dropFirst().reduce(bytesEach, *)
        var chunk = shape.map { hsize_t($0) }
        chunk[0] = hsize_t(min(shape[0], max(1, (1 << 18) / max(rowBytes, 1))))
        H5Pset_chunk(creation, Int32(chunk.count), chunk)
        H5Pset_shuffle(creation)
        H5Pset_deflate(creation, UInt32(level))
    }
}
