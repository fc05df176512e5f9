import Foundation

/// The kind of a file, detected from its first bytes.
package enum FileKind: Equatable {
    case empty
    case png
    case jpeg
    case hdf5
    case gzip
    case zip
    case webPage
    case gitLFSPointer
    /// Another format, as a phrase with an article: `a PDF document`.
    case other(String)

    /// The number of bytes at the start of a file that are enough to detect its kind.
    package static let bytes = 512

    package var isPicture: Bool { self == .png || self == .jpeg }

    /// A phrase with an article for error messages, for example `a web page`.
    package var phrase: String {
        switch self {
        case .empty: "an empty file"
        case .png: "a PNG picture"
        case .jpeg: "a JPEG picture"
        case .hdf5: "an HDF5 file"
        case .gzip: "a gzip archive"
        case .zip: "a ZIP archive or office document"
        case .webPage: "a web page"
        case .gitLFSPointer: "a Git LFS pointer"
        case .other(let phrase): phrase
        }
    }

    /// Detects the kind of a file; a file that cannot be read counts as empty.
    package init(ofFile path: String) {
        let file = FileHandle(forReadingAtPath: path)
        defer { try? file?.close() }
        self.init(of: (try? file?.read(upToCount: Self.bytes)) ?? Data())
    }

    package init(of bytes: Data) {
        self = bytes.withUnsafeBytes { FileKind(of: $0) }
    }

    package init(of bytes: UnsafeRawBufferPointer) {
        func has(_ text: String, at offset: Int = 0) -> Bool {
            bytes.count >= offset + text.utf8.count
                && Swift.zip(bytes[offset...], text.utf8).allSatisfy { $0 == $1 }
        }
        func has(_ signature: [UInt8]) -> Bool { bytes.starts(with: signature) }

        if bytes.isEmpty {
            self = .empty
        } else if has([0x89, 0x50, 0x4E, 0x47]) {  // libpng checks the rest of the signature
            self = .png
        } else if has([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if has([0x89, 0x48, 0x44, 0x46]) {
            self = .hdf5
        } else if has([0x1F, 0x8B]) {
            self = .gzip
        } else if has([0x50, 0x4B, 0x03, 0x04]) {
            self = .zip
        } else if has("version https://git-lfs") {
            self = .gitLFSPointer
        } else if has("%PDF-") {
            self = .other("a PDF document")
        } else if has("GIF87a") || has("GIF89a") {
            self = .other("a GIF picture")
        } else if has("RIFF"), has("WEBP", at: 8) {
            self = .other("a WebP picture")
        } else if has([0x49, 0x49, 0x2A, 0x00]) || has([0x4D, 0x4D, 0x00, 0x2A]) {
            self = .other("a TIFF picture")
        } else if has("BM"), bytes.count >= 26 {
            self = .other("a BMP picture")
        } else if has("ftyp", at: 4) {
            let isStill = ["heic", "heix", "mif1", "msf1", "avif"].contains { has($0, at: 8) }
            self = .other(isStill ? "a HEIC or AVIF picture" : "a video")
        } else if has([0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50]) || has([0xFF, 0x4F, 0xFF, 0x51]) {
            self = .other("a JPEG 2000 picture")
        } else if has([0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C]) || has([0xFF, 0x0A]) {
            self = .other("a JPEG XL picture")
        } else if has("DICM", at: 128) {
            self = .other("a DICOM file")
        } else {
            self = Self.text(bytes.prefix(Self.bytes))
        }
    }

    private static func text(_ start: Slice<UnsafeRawBufferPointer>) -> FileKind {
        if start.allSatisfy({ $0 == 0 }) { return .other("a file of zeros") }
        // Control characters and bytes that never occur in UTF-8.
        guard start.allSatisfy({ (0x20 ..< 0xF5).contains($0) && $0 != 0x7F || (0x09 ... 0x0D).contains($0) }) else {
            return .other("a file of unknown kind")
        }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        if text.contains("<svg") { return .other("an SVG drawing") }
        if text.contains("<html") || text.contains("<!doctype html") { return .webPage }
        if text.hasPrefix("<?xml") { return .other("an XML document") }
        return .other("text")
    }
}
