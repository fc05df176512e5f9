import Files
import HDF5
import LinearAlgebra

/// The out-of-fold decision values of a search, in files. An interrupted search continues from them.
///
/// A file is HDF5 with a checksum header. Its dataset `values` holds the values of one group of settings on the rows of
/// the left-out folds: settings × rows × labels.
struct OutOfFoldValues: Sendable {
    let folder: String

    private static let header = ChecksumHeader(kind: "HeartSense search values", version: 1)

    /// - Throws: `FileError`.
    init(folder: String) throws {
        self.folder = folder
        try AtomicFile.makeFolder(folder)
    }

    private func path(_ key: Digest) -> String { "\(folder)/\(key.description.prefix(32)).values.h5" }

    /// Whether the values exist and are intact. Damaged ones are computed again.
    func has(_ key: Digest, settings: Int, rows: Int, labels: Int) -> Bool {
        let file = try? HDF5File.open(path(key), header: Self.header)
        return (try? file?.root.dataset("values"))?.shape == [settings, rows, labels]
    }

    /// - Parameter values: a matrix rows × labels for each setting.
    /// - Throws: `FileError.cannotWrite`, `HDF5Error.cannotWrite`.
    func write(_ values: [Matrix<Double>], for key: Digest) throws {
        let shape = [values.count, values.first?.rows ?? 0, values.first?.columns ?? 0]
        try HDF5File.create(path(key), header: Self.header) { root in
            try root.write(values.flatMap(\.values), shape: shape, to: "values")
        }
    }

    /// Returns the values of one setting.
    ///
    /// - Throws: `SearchError.damaged` if they are missing or damaged.
    func values(_ key: Digest, setting: Int) throws -> Matrix<Double> {
        guard let dataset = try? HDF5File.open(path(key), header: Self.header).root.dataset("values"),
            dataset.shape.count == 3, setting < dataset.shape[0],
            let values: [Double] = try? dataset.values(rows: setting ..< setting + 1)
        else { throw SearchError.damaged(path: path(key)) }
        return Matrix(rows: dataset.shape[1], columns: dataset.shape[2], values: values)
    }
}
