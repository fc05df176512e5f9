import ConfigurationKeys
import Imaging

/// The limits of a request. `GET /v2/models/{m}` publishes them.
public struct UploadLimits: Equatable, Sendable, Codable {
    /// The number of pictures in a request.
    public var files: Int
    /// The bytes of a picture.
    public var fileBytes: Int
    /// The bytes of a request body.
    public var bodyBytes: Int
    /// Width × height of a picture.
    public var pixels: Int
    /// The longer side of a picture, in pixels.
    public var side: Int
    /// The number of parts of a multipart body.
    public var parts: Int
    /// The bytes of the headers of a part.
    public var partHeaderBytes: Int
    /// The seconds for receiving a request.
    public var seconds: Double

    enum CodingKeys: String, CodingKey {
        case files
        case fileBytes = "file_bytes"
        case bodyBytes = "body_bytes"
        case pixels, side, parts
        case partHeaderBytes = "part_header_bytes"
        case seconds
    }

    init(_ settings: Settings) throws {
        files = try settings.integer("limits.files")
        fileBytes = try settings.integer("limits.file_bytes")
        bodyBytes = try settings.integer("limits.body_bytes")
        pixels = try settings.integer("limits.pixels")
        side = try settings.integer("limits.side")
        parts = try settings.integer("limits.parts")
        partHeaderBytes = try settings.integer("limits.part_header_bytes")
        seconds = try settings.number("limits.seconds")
    }

    /// Formats a limit in bytes for users: `20 MB`, or `300 bytes` if it is small.
    static func words(bytes: Int) -> String { bytes < 100_000 ? "\(bytes) bytes" : "\(megabytes(bytes)) MB" }

    static func megabytes(_ bytes: Int) -> String {
        (Double(bytes) / 1_048_576).formatted(.number.precision(.fractionLength(0 ... 1)))
    }

    /// The limits of the decoder.
    var page: Page.Limits { Page.Limits(pixels: pixels, side: side, bytes: fileBytes) }
}
