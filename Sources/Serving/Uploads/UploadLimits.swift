import ConfigurationKeys
import Imaging

/// What a request may bring. `GET /v2/models/{m}` publishes them.
public struct UploadLimits: Equatable, Sendable, Codable {
    /// Pictures in one request.
    public var files: Int
    /// Bytes of one picture.
    public var fileBytes: Int
    /// Bytes of a request's body.
    public var bodyBytes: Int
    /// Width × height of a picture.
    public var pixels: Int
    /// The longer side of a picture, in pixels.
    public var side: Int
    /// Parts of a multipart body.
    public var parts: Int
    /// Bytes of one part's headers.
    public var partHeaderBytes: Int
    /// From a request's first byte to its last.
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

    /// What the decoder is held to.
    var page: Page.Limits { Page.Limits(pixels: pixels, side: side, bytes: fileBytes) }
}
