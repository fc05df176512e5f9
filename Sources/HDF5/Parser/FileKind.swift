import Foundation

/// What a file that is not HDF5 looks like, from its first bytes.
public enum FileKind {
    /// A noun phrase for an error message, for example `an HTML page`.
    public static func description(ofBytes bytes: Data) -> String {
        if bytes.isEmpty { return "an empty file" }
        if bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) { return "an HDF5 file" }
        if bytes.starts(with: Data("version https://git-lfs".utf8)) {
            return "a Git LFS pointer (the file itself was not fetched: git lfs pull)"
        }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            return "a ZIP archive (a .keras file? its model.weights.h5 is inside: unzip it)"
        }
        if bytes.starts(with: [0x1F, 0x8B]) { return "a gzip archive (gunzip it)" }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "a PNG image" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "a JPEG image" }
        if bytes.starts(with: Data("%PDF".utf8)) { return "a PDF document" }
        let start = String(decoding: bytes.prefix(512), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            .lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
            return "an HTML page (a download that ended at a web page?)"
        }
        if start.hasPrefix("<") { return "an XML or HTML document" }
        if start.hasPrefix("{") || start.hasPrefix("[") { return "JSON text" }
        if bytes.prefix(512).allSatisfy({ $0 == 0 }) { return "a file that begins with zeros" }
        let isText = bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 < 0x7F || [0x09, 0x0A, 0x0D].contains($0) }
        return isText ? "a text file" : "a file of an unknown kind"
    }

    /// The first bytes of the file at `path`; empty when it cannot be read.
    static func firstBytes(of path: String, count: Int = 512) -> Data {
        guard let file = FileHandle(forReadingAtPath: path) else { return Data() }
        defer { try? file.close() }
        return (try? file.read(upToCount: count)) ?? Data()
    }
}
