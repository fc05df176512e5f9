/// The kind of a file, detected from its first bytes.
package enum FileKind: Equatable {
    case png
    case jpeg
    case empty
    /// Another format, as a phrase with an article: `a PDF document`.
    case other(String)

    package var isPicture: Bool { self == .png || self == .jpeg }

    package init(of bytes: UnsafeRawBufferPointer) {
        func has(_ text: String, at offset: Int = 0) -> Bool {
            bytes.count >= offset + text.utf8.count
                && zip(bytes[offset...], text.utf8).allSatisfy { $0 == $1 }
        }
        func has(_ signature: [UInt8]) -> Bool { bytes.starts(with: signature) }

        if bytes.isEmpty {
            self = .empty
        } else if has([0x89, 0x50, 0x4E, 0x47]) {  // libpng checks the rest of the signature
            self = .png
        } else if has([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
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
        } else if has([0x89, 0x48, 0x44, 0x46]) {
            self = .other("an HDF5 file")
        } else if has([0x50, 0x4B, 0x03, 0x04]) {
            self = .other("a ZIP archive or office document")
        } else if has([0x1F, 0x8B]) {
            self = .other("a gzip archive")
        } else {
            self = .other(Self.textKind(bytes.prefix(512)))
        }
    }

    private static func textKind(_ start: Slice<UnsafeRawBufferPointer>) -> String {
        if start.allSatisfy({ $0 == 0 }) { return "a file of zeros" }
        // Control characters and bytes that never occur in UTF-8.
        guard start.allSatisfy({ (0x20 ..< 0xF5).contains($0) && $0 != 0x7F || (0x09 ... 0x0D).contains($0) }) else {
            return "a file of unknown kind"
        }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        if text.contains("<svg") { return "an SVG drawing" }
        if text.contains("<html") || text.contains("<!doctype html") { return "a web page" }
        return "text"
    }
}
