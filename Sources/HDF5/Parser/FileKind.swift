import Foundation

/// Describes files that are not HDF5 by their first bytes.
public enum FileKind {
    /// Returns a noun phrase for an error message, for example `an HTML page`.
    public static func description(ofBytes bytes: Data) -> String {
        if bytes.isEmpty { return "an empty file" }
        if bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) { return "an HDF5 file" }
        if bytes.starts(with: Data("version https://git-lfs".utf8)) {
            return "a Git LFS pointer (run git lfs pull)"
        }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            return "a ZIP archive (if it is a .keras file, extract model.weights.h5)"
        }
        if bytes.starts(with: [0x1F, 0x8B]) { return "a gzip file (run gunzip)" }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "a PNG image" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "a JPEG image" }
        if bytes.starts(with: Data("%PDF".utf8)) { return "a PDF document" }
        let start = String(decoding: bytes.prefix(512), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            .lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
            return "an HTML page (was a web page downloaded instead of the file?)"
        }
        if start.hasPrefix("<") { return "an XML or HTML document" }
        if start.hasPrefix("{") || start.hasPrefix("[") { return "JSON text" }
        if bytes.prefix(512).allSatisfy({ $0 == 0 }) { return "a file that begins with zeros" }
        let isText = bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 < 0x7F || [0x09, 0x0A, 0x0D].contains($0) }
        return isText ? "a text file" : "a file of unknown type"
    }

    /// Returns the first bytes of a file, or none if it cannot be read.
    static func firstBytes(of path: String, count: Int = 512) -> Data {
        guard let file = FileHandle(forReadingAtPath: path) else { return Data() }
        defer { try? file.close() }
        return (try? file.read(upToCount: count)) ?? Data()
    }
}
