import Files
import Foundation

/// A decoded picture: what was in the file, before anything is done about it.
///
/// Pixels are RGB, 8 bits per channel, as they are stored in the file: no colour profile or gamma is applied. What
/// is transparent is shown on white, and a picture that says it lies on its side (EXIF orientation) is turned upright.
public struct Page: Equatable, Sendable {
    public let width: Int
    public let height: Int
    /// height × width × 3, row-major from the top, RGB interleaved, no padding.
    public let pixels: [UInt8]
    /// How the file held the picture; nil for a page that was drawn and never was a file.
    public let source: Source?
    /// Where the page is of its first pixel's colour.
    let plain: PlainParts

    /// A page that was drawn.
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
        plain = PlainParts(of: pixels, colour: PlainColour(red: pixels[0], green: pixels[1], blue: pixels[2]))
    }

    /// Reads a PNG or JPEG file; its first bytes tell which, never its name.
    ///
    /// - Throws: `FileError` if the file cannot be read, `ImageError` if it is not such a picture, a damaged one or
    ///   one beyond `limits`.
    public init(contentsOf path: String, limits: Limits = Limits()) throws {
        try self.init(decoding: FileContent.bytes(of: path, limit: limits.bytes), name: path, limits: limits)
    }

    /// Decodes the content of a PNG or JPEG file.
    ///
    /// - Parameter name: what error messages call the picture, usually its path.
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
            case .other(let found): throw ImageError.wrongKind(file: name, found: found)
            }
        }
    }
}

extension Page {
    /// What is refused before anything is decoded, so that a small file cannot ask for all the memory.
    public struct Limits: Equatable, Sendable {
        /// The most pixels, width × height.
        public var pixels: Int
        /// The longest side.
        public var side: Int
        /// The largest file.
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
    /// How a file held a picture. None of it is seen in the pixels, all of it can give a label away: the leakage
    /// audit asks for it.
    public struct Source: Equatable, Hashable, Codable, Sendable {
        public enum Format: String, Codable, Sendable {
            case png, jpeg
        }

        /// What a stored pixel is made of.
        public enum Channels: String, Codable, Sendable {
            case grey, palette, rgb, cmyk
            case greyAlpha = "grey-alpha"
            case rgba
        }

        public let format: Format
        /// Bits per channel, or per palette index: 1, 2, 4, 8 or 16.
        public let bitDepth: Int
        public let channels: Channels
        /// There is an alpha channel, or a colour or palette entries are declared transparent.
        public let hasAlpha: Bool
        /// Interlaced (PNG) or progressive (JPEG).
        public let isProgressive: Bool
        /// EXIF orientation 1…8, already applied to the page; 1 where the file says nothing.
        public let orientation: Int
        /// Names of what the file says beside its pixels, in file order, each once: `text Software`, `pHYs`, `JFIF`,
        /// `EXIF`, `ICC profile`, `comment`, `trailing bytes`…
        public let metadata: [String]
        /// The size of the file.
        public let byteCount: Int
    }
}
