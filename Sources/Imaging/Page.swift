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
