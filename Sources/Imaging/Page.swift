import Files
import Foundation

/// A decoded picture, before preprocessing.
///
/// Pixels are RGB with 8 bits per channel, as stored in the file: no color profile or gamma is applied. Transparent
/// parts are composited over white, or over black if white paper would hide the drawing. The EXIF orientation is applied.
public struct Page: Equatable, Sendable {
    public let width: Int
    public let height: Int
    /// height × width × 3, row-major from the top, RGB interleaved, no padding.
    public let pixels: [UInt8]
    /// The properties of the file; nil for a page that was drawn by code.
    public let source: Source?
    /// The parts of the page that have the color of its first pixel.
    let solid: SolidOctets

    /// Creates a page from pixels, without a source file.
    ///
    /// - Precondition: `pixels.count == 3 * width * height`, both sides at least 1.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        self.init(width: width, height: height, pixels: pixels, source: nil)
    }

    init(width: Int, height: Int, pixels: [UInt8], source: Source?) {
        precondition(width >= 1 && height >= 1, "a page of \(width) × \(height) pixels")
        precondition(pixels.count == 3 * width * height, "\(width) × \(height) page of \(pixels.count) bytes")
        self.width = width
        self.height = height
        self.pixels = pixels
        self.source = source
        solid = SolidOctets(of: pixels, color: SolidColor(red: pixels[0], green: pixels[1], blue: pixels[2]))
    }

    /// Reads a PNG or JPEG file. The content determines the format, not the file name.
    ///
    /// - Throws: `FileError` if the file cannot be read; `ImageError` if it is not a PNG or JPEG, is damaged or exceeds
    ///   `limits`.
    public init(contentsOf path: String, limits: Limits = Limits()) throws {
        try self.init(decoding: FileContent.bytes(of: path, limit: limits.bytes), name: path, limits: limits)
    }

    /// Decodes the content of a PNG or JPEG file.
    ///
    /// - Parameter name: the picture's name in error messages, usually its path.
    /// - Throws: `ImageError`.
    public init(decoding data: Data, name: String, limits: Limits = Limits()) throws {
        guard data.count <= limits.bytes else {
            throw ImageError.tooManyBytes(file: name, bytes: data.count, limit: limits.bytes)
        }
        self = try data.withUnsafeBytes { bytes in
            switch FileKind(of: bytes) {
            case .png: try PNGDecoder(bytes: bytes, file: name, limits: limits).page()
            case .jpeg: try JPEGDecoder(bytes: bytes, file: name, limits: limits).page()
            case .empty: throw ImageError.empty(file: name)
            case let kind: throw ImageError.wrongKind(file: name, found: kind.phrase)
            }
        }
    }
}

extension Page {
    /// Limits that are checked before decoding, so that a small file cannot claim all memory.
    public struct Limits: Equatable, Sendable {
        /// The largest number of pixels, width × height.
        public var pixels: Int
        /// The longest side in pixels.
        public var side: Int
        /// The largest file in bytes.
        public var bytes: Int

        /// - Precondition: all are at least 1.
        public init(pixels: Int = 100_000_000, side: Int = 65_535, bytes: Int = 512 << 20) {
            precondition(pixels >= 1 && side >= 1 && bytes >= 1, "limits of \(pixels), \(side) and \(bytes)")
            self.pixels = pixels
            self.side = side
            self.bytes = bytes
        }

        /// - Throws: `ImageError.tooLarge`.
        func check(width: Int, height: Int, file: String) throws {
            let (area, overflow) = width.multipliedReportingOverflow(by: height)
            guard !overflow, area <= pixels, max(width, height) <= side else {
                throw ImageError.tooLarge(file: file, width: width, height: height, limits: self)
            }
        }
    }
}

extension Page {
    /// The properties of a picture file that its pixels do not show. The leakage audit checks them because they can
    /// reveal labels.
    public struct Source: Equatable, Hashable, Codable, Sendable {
        public enum Format: String, Codable, Sendable {
            case png, jpeg
        }

        /// The channels of a stored pixel.
        public enum Channels: String, Codable, Sendable {
            case gray = "grey"
            case palette, rgb, cmyk
            case grayAlpha = "grey-alpha"
            case rgba
        }

        public let format: Format
        /// Bits per channel, or per palette index: 1, 2, 4, 8 or 16.
        public let bitDepth: Int
        public let channels: Channels
        /// Whether the file has an alpha channel, a transparent color or transparent palette entries.
        public let hasAlpha: Bool
        /// Whether the picture is interlaced (PNG) or progressive (JPEG).
        public let isProgressive: Bool
        /// EXIF orientation 1…8, already applied to the page; 1 if the file has none.
        public let orientation: Int
        /// Names of the metadata in the file, in file order without repeats: `text Software`, `pHYs`, `JFIF`, `EXIF`,
        /// `ICC profile`, `comment`, `trailing bytes`…
        public let metadata: [String]
        /// The size of the file in bytes.
        public let byteCount: Int
    }
}
