import Files
import Foundation

/// The first 512 bytes of a HeartSense file: its kind, its format version and the SHA-256 of the content.
///
/// The header is text padded with zeros, which `head -3 model.h5` shows:
///
///     HeartSense model
///     version 1
///     sha256 3f0c…
///
/// HDF5 readers skip it as a user block. It is checked before libhdf5 opens the file, because damaged metadata can
/// crash that library.
public struct ChecksumHeader: Sendable, Equatable {
    /// The size in bytes. HDF5 content may start at 0, 512, 1024, …
    public static let blockSize = 512

    /// The first line, for example `HeartSense model`.
    public let kind: String
    public let version: Int

    /// - Precondition: `kind` is one line of fewer than 64 bytes that begins with `HeartSense`; `version` is positive.
    public init(kind: String, version: Int) {
        precondition(kind.hasPrefix("HeartSense") && !kind.contains("\n") && kind.utf8.count < 64, "kind \(kind)")
        precondition(version >= 1, "version \(version)")
        self.kind = kind
        self.version = version
    }

    /// Checks the kind, version and content of a file.
    ///
    /// - Returns: the digest of the content.
    /// - Throws: `FileError`; `HDF5Error.header`, `.version`, `.digest`.
    public func verify(_ path: String) throws -> Digest {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw FileError.missing(path: path) }
            throw FileError.cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError.isFolder(path: path) }
        try FileContent.checkIsStored(path)
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw FileError.cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        defer { try? file.close() }
        let block = try read(file, Self.blockSize, path)
        let stated = try parse(block, path)
        let found = try digest(ofRest: file, path)
        guard found == stated else {
            throw HDF5Error.digest(path: path, kind: kind, expected: "\(stated)", found: "\(found)")
        }
        return found
    }

    /// Returns the 512 bytes of the header.
    func block(for digest: Digest) -> Data {
        let text = Data("\(kind)\nversion \(version)\nsha256 \(digest)\n".utf8)
        return text + Data(count: Self.blockSize - text.count)
    }

    /// Returns an HDF5 file whose user block is filled with the header.
    func filling(_ image: Data) -> Data {
        let content = image.dropFirst(Self.blockSize)
        return block(for: Digest(of: content)) + content
    }

    private func parse(_ block: Data, _ path: String) throws -> Digest {
        let lines = String(decoding: block.prefix { $0 != 0 }, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 2, lines[0] == kind else {
            throw HDF5Error.header(path: path, kind: kind, found: Self.description(of: block, lines.first))
        }
        let number = lines[1].hasPrefix("version ") ? Int(lines[1].dropFirst(8)) : nil
        guard let number, number >= 1 else {
            throw HDF5Error.header(path: path, kind: kind, found: "a \(kind) whose first block is damaged")
        }
        guard number == version else {
            throw HDF5Error.version(path: path, kind: kind, expected: version, found: number)
        }
        // Compares the whole block, so that a flipped bit in the padding is found.
        guard lines.count == 4, lines[2].hasPrefix("sha256 "),
            let stated = Digest(hexadecimal: String(lines[2].dropFirst(7))), block == self.block(for: stated)
        else {
            throw HDF5Error.header(path: path, kind: kind, found: "a \(kind) whose first block is damaged")
        }
        return stated
    }

    private static func description(of block: Data, _ firstLine: Substring?) -> String {
        if let firstLine, firstLine.hasPrefix("HeartSense "), firstLine.utf8.count < 64 { return "a \(firstLine)" }
        return FileKind(of: block).insteadOfHDF5
    }

    private func digest(ofRest file: FileHandle, _ path: String) throws -> Digest {
        var hasher = Digest.Hasher()
        while true {
            let piece = try read(file, 1 << 20, path)
            if piece.isEmpty { return hasher.finish() }
            hasher.update(piece)
        }
    }

    private func read(_ file: FileHandle, _ count: Int, _ path: String) throws -> Data {
        do {
            return try file.read(upToCount: count) ?? Data()
        } catch {
            throw FileError.cannotRead(path: path, reason: error.localizedDescription)
        }
    }
}
