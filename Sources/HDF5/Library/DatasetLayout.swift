import CHDF5

/// Checks the storage layout of a dataset before memory of the declared size is allocated.
struct DatasetLayout {
    private let dataset: HDF5Dataset

    init(of dataset: HDF5Dataset) { self.dataset = dataset }

    /// The highest compression ratio of deflate (zlib's technical details: 1032 to 1).
    private static let largestExpansion = 1032

    /// - Throws: `HDF5Error.tooLarge` if the dataset or one of its chunks cannot be stored in a file of this size.
    ///   `.kind` if its values are in another file or use a filter that is not built in.
    func check() throws {
        try Handle.with(H5Dget_create_plist(dataset.handle.id), orThrow: dataset.damaged) { properties in
            let layout = H5Pget_layout(properties)
            guard layout != H5D_VIRTUAL, H5Pget_external_count(properties) <= 0 else {
                throw HDF5Error.kind(
                    path: dataset.file.path, object: dataset.path, expected: "dataset in this file",
                    found: "dataset with external values")
            }
            let isCompressed = try checkFilters(properties)
            var possible = dataset.file.size
            if isCompressed {
                let (expanded, overflow) = possible.multipliedReportingOverflow(by: Self.largestExpansion)
                possible = overflow ? .max : expanded
            }
            try check(dataset.shape, against: possible)
            if layout == H5D_CHUNKED {
                var chunk = [hsize_t](repeating: 0, count: 32)
                let rank = H5Pget_chunk(properties, 32, &chunk)
                guard rank > 0 else { throw dataset.damaged(Library.lastReason()) }
                // Chunks at the edge are stored whole, so a chunk may be larger than its dataset.
                try check(chunk.prefix(Int(rank)).map { Int(clamping: $0) }, against: max(possible, 1 << 24))
            }
        }
    }

    /// Returns whether a filter changes the stored size.
    private func checkFilters(_ properties: hid_t) throws -> Bool {
        let count = H5Pget_nfilters(properties)
        guard count >= 0 else { throw dataset.damaged(Library.lastReason()) }
        var compressed = false
        for index in 0 ..< UInt32(count) {
            var flags: UInt32 = 0
            var values = 0
            var configuration: UInt32 = 0
            let filter = H5Pget_filter2(properties, index, &flags, &values, nil, 0, nil, &configuration)
            guard filter >= 0 else { throw dataset.damaged(Library.lastReason()) }
            switch filter {
            case 1: compressed = true  // deflate
            case 2, 3: break  // shuffle, Fletcher's checksum
            default:
                throw HDF5Error.kind(
                    path: dataset.file.path, object: dataset.path, expected: "uncompressed or deflated dataset",
                    found: "dataset with filter \(filter)")
            }
        }
        return compressed
    }

    private func check(_ shape: [Int], against possible: Int) throws {
        var bytes = dataset.stored.bytes
        for length in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
            bytes = overflow ? .max : product
            if overflow { break }
        }
        guard bytes <= possible else {
            throw HDF5Error.tooLarge(
                path: dataset.file.path, object: dataset.path, bytes: bytes, limit: possible)
        }
    }
}
