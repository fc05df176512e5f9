import CHDF5
import Files

/// The three datasets of a row store, which grow together.
struct RowStoreParts: Sendable {
    private let keys: HDF5Dataset
    private let values: HDF5Dataset
    private let checks: HDF5Dataset
    private let columns: Int

    private static let keyBytes = 32
    /// Bytes of a SHA-256 that are kept to recognise a torn row.
    private static let checkBytes = 8
    /// Rows that are read at a time while counting.
    private static let batch = 1024

    static func create(in root: HDF5Group, columns: Int) throws {
        // About 256 KiB of values in a chunk: appending a few rows rewrites no more than that.
        let rows = max(1, min(1024, (1 << 16) / columns))
        try root.makeGrowing("keys", type: .uint8, columns: keyBytes, rowsPerChunk: rows)
        try root.makeGrowing("values", type: .float32, columns: columns, rowsPerChunk: rows)
        try root.makeGrowing("checks", type: .uint8, columns: checkBytes, rowsPerChunk: rows)
    }

    init(in root: HDF5Group, columns: Int) throws {
        self.columns = columns
        keys = try root.dataset("keys")
        values = try root.dataset("values")
        checks = try root.dataset("checks")
        for (part, width) in [(keys, Self.keyBytes), (values, columns), (checks, Self.checkBytes)] {
            guard part.shape.count == 2, part.shape[1] == width else {
                throw HDF5Error.shape(
                    path: part.file.path, object: part.path, expected: [part.shape.first ?? 0, width],
                    found: part.shape)
            }
        }
    }

    /// How many rows are sound from the first on, and how many were begun.
    func countRows() throws -> (sound: Int, begun: Int) {
        let begun = [keys, values, checks].map { $0.shape[0] }.max()!
        let whole = [keys, values, checks].map { $0.shape[0] }.min()!
        var sound = 0
        while sound < whole {
            let rows = sound ..< min(sound + Self.batch, whole)
            let keyBytes: [UInt8] = try keys.values(rows: rows)
            let rowValues: [Float] = try values.values(rows: rows)
            let checkBytes: [UInt8] = try checks.values(rows: rows)
            let expected = Self.checks(keys: keyBytes, values: rowValues, rows: rows.count, columns: columns)
            if expected == checkBytes {
                sound = rows.upperBound
                continue
            }
            let torn = zip(expected, checkBytes).enumerated().first { $0.element.0 != $0.element.1 }!.offset
            return (sound + torn / Self.checkBytes, begun)
        }
        return (sound, begun)
    }

    func keys(_ rows: Range<Int>) throws -> [Digest] {
        let bytes: [UInt8] = try read(keys, rows)
        return (0 ..< rows.count).map { row in
            let digits = bytes[row * Self.keyBytes ..< (row + 1) * Self.keyBytes]
                .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            guard let key = Digest(hexadecimal: digits) else { preconditionFailure("32 bytes make a digest") }
            return key
        }
    }

    func values(_ rows: Range<Int>) throws -> [Float] { try read(values, rows) }

    func append(keys newKeys: [Digest], values newValues: [Float], at row: Int) throws {
        let keyBytes = newKeys.flatMap(\.bytes)
        let checkBytes = Self.checks(keys: keyBytes, values: newValues, rows: newKeys.count, columns: columns)
        try keys.overwrite(from: row, with: keyBytes)
        try values.overwrite(from: row, with: newValues)
        try checks.overwrite(from: row, with: checkBytes)
    }

    /// The dataset has grown since it was opened.
    private func read<Scalar: HDF5Scalar>(_ part: HDF5Dataset, _ rows: Range<Int>) throws -> [Scalar] {
        guard !rows.isEmpty else { return [] }
        return try HDF5Dataset(path: part.path, file: part.file, handle: part.handle).values(rows: rows)
    }

    /// The first bytes of the SHA-256 over a row's key and values, for each row.
    private static func checks(keys: [UInt8], values: [Float], rows: Int, columns: Int) -> [UInt8] {
        var checks: [UInt8] = []
        checks.reserveCapacity(rows * checkBytes)
        keys.withUnsafeBytes { keyBytes in
            values.withUnsafeBytes { valueBytes in
                for row in 0 ..< rows {
                    var hasher = Digest.Hasher()
                    hasher.update(keyBytes[row * Self.keyBytes ..< (row + 1) * Self.keyBytes])
                    hasher.update(valueBytes[row * columns * 4 ..< (row + 1) * columns * 4])
                    checks += hasher.finish().bytes.prefix(checkBytes)
                }
            }
        }
        return checks
    }
}
