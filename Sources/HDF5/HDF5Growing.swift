import CHDF5

extension HDF5Group {
    /// Makes an empty dataset of two dimensions whose number of rows can grow.
    func makeGrowing(_ name: String, type: HDF5ElementType, columns: Int, rowsPerChunk: Int) throws {
        let failure = { cannotWrite(name, $0) }
        try Library.locked {
            try Handle.with(H5Pcreate(chdf5_dataset_creation()), orThrow: failure) { creation in
                H5Pset_obj_track_times(creation, false)
                H5Pset_chunk(creation, 2, [hsize_t(rowsPerChunk), hsize_t(columns)])
                let space = H5Screate_simple(2, [0, hsize_t(columns)], [chdf5_unlimited(), hsize_t(columns)])
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
    /// Writes rows from row number `first` on, and makes the dataset as long as that needs; it never gets shorter.
    ///
    /// - Precondition: two dimensions; whole rows.
    func overwrite<Scalar: HDF5Scalar>(from first: Int, with elements: [Scalar]) throws {
        precondition(shape.count == 2 && elements.count.isMultiple(of: shape[1]), "\(path): rows are not whole")
        let failure = { HDF5Error.cannotWrite(path: file.path, object: path, reason: $0) }
        let rows = first ..< first + elements.count / shape[1]
        try Library.locked {
            var extent = try currentExtent()
            if Int(extent[0]) < rows.upperBound {
                extent[0] = hsize_t(rows.upperBound)
                guard H5Dset_extent(handle.id, extent) >= 0 else { throw failure(Library.lastReason()) }
            }
            try withSelection(of: rows, shape: extent.map { Int($0) }, orThrow: failure) { memory, selected in
                let type = Scalar.elementType.native
                guard H5Dwrite(handle.id, type, memory, selected, chdf5_default(), elements) >= 0 else {
                    throw failure(Library.lastReason())
                }
            }
        }
    }

    private func currentExtent() throws -> [hsize_t] {
        try Handle.with(H5Dget_space(handle.id), orThrow: damaged) { space in
            var extent = [hsize_t](repeating: 0, count: shape.count)
            guard H5Sget_simple_extent_dims(space, &extent, nil) >= 0 else { throw damaged(Library.lastReason()) }
            return extent
        }
    }
}
