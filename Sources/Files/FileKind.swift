import Foundation

/// The kind of a file, detected from its first bytes.
package enum FileKind: Equatable {
    case empty
    case png
    case jpeg
    /// A picture in another format, as a phrase with an article: `a TIFF picture`.
    case otherPicture(String)
    case pdf
    case dicom
    case scp
    case edf
    case bdf
    case hdf5
    case gzip
    case zip
    case webPage
    case xml
    case gitLFSPointer
    case text
    /// Another format, as a phrase with an article: `a video`.
    case other(String)

    /// The number of bytes at the start of a file that are enough to detect its kind.
    package static let bytes = 1024

    /// Whether this is a PNG or JPEG file.
    package var isPicture: Bool { self == .png || self == .jpeg }

    /// A phrase with an article for error messages, for example `a web page`.
    package var phrase: String {
        switch self {
        case .empty: "an empty file"
        case .png: "a PNG picture"
        case .jpeg: "a JPEG picture"
        case .pdf: "a PDF document"
        case .dicom: "a DICOM file"
        case .scp: "an SCP-ECG file"
        case .edf: "an EDF file"
        case .bdf: "a BDF file"
        case .hdf5: "an HDF5 file"
        case .gzip: "a gzip archive"
        case .zip: "a ZIP archive or office document"
        case .webPage: "a web page"
        case .xml: "an XML document"
        case .gitLFSPointer: "a Git LFS pointer"
        case .text: "text"
        case .otherPicture(let phrase), .other(let phrase): phrase
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
        let start = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.bytes))
        guard !start.isEmpty else {
            self = .empty
            return
        }
        if let signature = Self.signatures.first(where: { $0.fits(start) }) {
            self = signature.kind
        } else {
            self = Self.text(start)
        }
    }
}

extension FileKind {
    /// Bytes at fixed places of all files of a kind.
    private struct Signature {
        let kind: FileKind
        let parts: [(offset: Int, bytes: [UInt8])]
        /// The smallest file of the kind in bytes.
        var size = 0

        init(_ kind: FileKind, _ parts: (offset: Int, bytes: [UInt8])..., size: Int = 0) {
            (self.kind, self.parts, self.size) = (kind, parts, size)
        }

        init(_ kind: FileKind, _ text: String, at offset: Int = 0, size: Int = 0) {
            self.init(kind, (offset, Array(text.utf8)), size: size)
        }

        func fits(_ start: UnsafeRawBufferPointer) -> Bool {
            start.count >= size
                && parts.allSatisfy { offset, bytes in
                    start.count >= offset + bytes.count && start[offset ..< offset + bytes.count].elementsEqual(bytes)
                }
        }
    }

    /// The first one that fits counts.
    private static let signatures: [Signature] = [
        Signature(.png, (0, [0x89, 0x50, 0x4E, 0x47])),  // libpng checks the rest of the signature
        Signature(.jpeg, (0, [0xFF, 0xD8, 0xFF])),
        Signature(.hdf5, (0, [0x89, 0x48, 0x44, 0x46])),
        Signature(.gzip, (0, [0x1F, 0x8B])),
        Signature(.zip, (0, [0x50, 0x4B, 0x03, 0x04])),
        Signature(.gitLFSPointer, "version https://git-lfs"),
        Signature(.pdf, "%PDF-"),
        Signature(.otherPicture("a GIF picture"), "GIF87a"),
        Signature(.otherPicture("a GIF picture"), "GIF89a"),
        Signature(.otherPicture("a WebP picture"), (0, Array("RIFF".utf8)), (8, Array("WEBP".utf8))),
        Signature(.otherPicture("a TIFF picture"), (0, [0x49, 0x49, 0x2A, 0x00])),
        Signature(.otherPicture("a TIFF picture"), (0, [0x4D, 0x4D, 0x00, 0x2A])),
        // BigTIFF.
        Signature(.otherPicture("a TIFF picture"), (0, [0x49, 0x49, 0x2B, 0x00])),
        Signature(.otherPicture("a TIFF picture"), (0, [0x4D, 0x4D, 0x00, 0x2B])),
        // The size of the second header has one byte that is not 0. Text can begin with BM too.
        Signature(.otherPicture("a BMP picture"), (0, Array("BM".utf8)), (15, [0, 0, 0])),
        Signature(.otherPicture("a HEIC or AVIF picture"), "ftypheic", at: 4),
        Signature(.otherPicture("a HEIC or AVIF picture"), "ftypheix", at: 4),
        Signature(.otherPicture("a HEIC or AVIF picture"), "ftypmif1", at: 4),
        Signature(.otherPicture("a HEIC or AVIF picture"), "ftypmsf1", at: 4),
        Signature(.otherPicture("a HEIC or AVIF picture"), "ftypavif", at: 4),
        Signature(.other("a video"), "ftyp", at: 4),
        Signature(.otherPicture("a JPEG 2000 picture"), (0, [0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50])),
        Signature(.otherPicture("a JPEG 2000 picture"), (0, [0xFF, 0x4F, 0xFF, 0x51])),
        Signature(.otherPicture("a JPEG XL picture"), (0, [0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C])),
        Signature(.otherPicture("a JPEG XL picture"), (0, [0xFF, 0x0A])),
        Signature(.dicom, "DICM", at: 128),
        Signature(.scp, "SCPECG", at: 16),
        Signature(.bdf, (0, [0xFF]), (1, Array("BIOSEMI".utf8))),
        Signature(.edf, "0       ", size: 256),
    ]

    private static func text(_ start: UnsafeRawBufferPointer) -> FileKind {
        // Some programs write a few bytes before the signature of a PDF.
        let pdf = Array("%PDF-".utf8)
        if start.indices.contains(where: { start[$0...].starts(with: pdf) }) { return .pdf }
        if start.allSatisfy({ $0 == 0 }) { return .other("a file of zeros") }
        // Control characters and bytes that never occur in UTF-8.
        guard start.allSatisfy({ (0x20 ..< 0xF5).contains($0) && $0 != 0x7F || (0x09 ... 0x0D).contains($0) }) else {
            return .other("a file of unknown kind")
        }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        if text.contains("<svg") { return .other("an SVG drawing") }
        if text.contains("<html") || text.contains("<!doctype html") { return .webPage }
        if text.hasPrefix("<?xml") { return .xml }
        return .text
    }
}
