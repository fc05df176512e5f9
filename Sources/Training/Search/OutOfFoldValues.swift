import Files
import Foundation
import LinearAlgebra

/// The out-of-fold decision values of a search, in files. An interrupted search continues from them.
///
/// A file holds the values of one group of settings on the rows of the left-out folds: five 64-bit numbers (magic,
/// settings, rows, labels, 0), the values, and a SHA-256 of everything before it. Files are written atomically.
struct OutOfFoldValues: Sendable {
    let folder: String

    private static let magic: UInt64 = 0x6873_6561_7263_6801
    private static let header = 40
    private static let seal = 32

    /// - Throws: `FileError`.
    init(folder: String) throws {
        self.folder = folder
        try AtomicFile.makeFolder(folder)
    }

    private func path(_ key: Digest) -> String { "\(folder)/\(key.description.prefix(32)).values" }

    /// Whether the values exist and are intact. Damaged ones are computed again.
    func has(_ key: Digest, settings: Int, rows: Int, labels: Int) -> Bool {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path(key)), options: .alwaysMapped),
            data.count == Self.header + 8 * settings * rows * labels + Self.seal,
            Self.numbers(data) == [Self.magic, UInt64(settings), UInt64(rows), UInt64(labels), 0]
        else { return false }
        let sealed = data.count - Self.seal
        return Digest(of: data.prefix(sealed)).bytes == Array(data.suffix(Self.seal))
    }

    /// - Parameter values: a matrix rows × labels for each setting.
    func write(_ values: [Matrix<Double>], for key: Digest) throws {
        var data = Data()
        let shape = [values.count, values.first?.rows ?? 0, values.first?.columns ?? 0]
        for number in [Self.magic] + shape.map(UInt64.init) + [0] {
            withUnsafeBytes(of: number) { data.append(contentsOf: $0) }
        }
        for matrix in values { matrix.values.withUnsafeBytes { data.append(contentsOf: $0) } }
        data.append(contentsOf: Digest(of: data).bytes)
        try AtomicFile.write(data, to: path(key))
    }

    /// Returns the values of one setting.
    ///
    /// - Throws: `SearchError.damaged` if they are missing or damaged.
    func values(_ key: Digest, setting: Int) throws -> Matrix<Double> {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path(key)), options: .alwaysMapped),
            data.count >= Self.header
        else { throw SearchError.damaged(path: path(key)) }
        let numbers = Self.numbers(data).map { Int(truncatingIfNeeded: $0) }
        let (rows, labels) = (numbers[2], numbers[3])
        let start = Self.header + 8 * setting * rows * labels
        guard data.count == Self.header + 8 * numbers[1] * rows * labels + Self.seal, setting < numbers[1] else {
            throw SearchError.damaged(path: path(key))
        }
        let values = [Double](unsafeUninitializedCapacity: rows * labels) { buffer, initialised in
            data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer), from: start ..< start + 8 * rows * labels)
            initialised = rows * labels
        }
        return Matrix(rows: rows, columns: labels, values: values)
    }

    private static func numbers(_ data: Data) -> [UInt64] {
        (0 ..< 5).map { place in
            (0 ..< 8).reduce(0) { $0 | UInt64(data[data.startIndex + 8 * place + $1]) << (8 * UInt64($1)) }
        }
    }
}
