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

    init(_ settings: ServerSettings) throws {
        files = try settings.integer("limits.files", 1 ... 1000)
        fileBytes = try settings.integer("limits.file_bytes", 1 ... 512 << 20)
        bodyBytes = try settings.integer("limits.body_bytes", 1 ... 4 << 30)
        pixels = try settings.integer("limits.pixels", 1 ... 100_000_000)
        side = try settings.integer("limits.side", 1 ... 65_535)
        parts = try settings.integer("limits.parts", 1 ... 100_000)
        partHeaderBytes = try settings.integer("limits.part_header_bytes", 256 ... 1 << 20)
        seconds = try settings.number("limits.seconds", 0.1 ... 3600)
    }

    /// What the decoder is held to.
    var page: Page.Limits { Page.Limits(pixels: pixels, side: side, bytes: fileBytes) }
}
