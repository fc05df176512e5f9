import CPNG
import Files
import Foundation

extension Page {
    /// Encodes the page as an RGB PNG with 8 bits per channel. The same page gives the same bytes.
    ///
    /// - Throws: `ImageError.cannotEncode` if the page is too large for PNG.
    public func pngData() throws -> Data {
        try PNGEncoder.encode(pixels, width: width, height: height, channels: 3)
    }

    /// Writes `pngData()` to `path` atomically.
    public func writePNG(to path: String) throws {
        try AtomicFile.write(pngData(), to: path)
    }
}

extension GrayImage {
    /// Encodes the picture as a gray PNG with 8 bits per pixel. The same picture gives the same bytes.
    ///
    /// - Throws: `ImageError.cannotEncode` if the picture is too large for PNG.
    public func pngData() throws -> Data {
        try PNGEncoder.encode(pixels, width: width, height: height, channels: 1)
    }

    /// Writes `pngData()` to `path` atomically.
    public func writePNG(to path: String) throws {
        try AtomicFile.write(pngData(), to: path)
    }
}

/// Writes PNG with libpng's simplified interface, which returns errors and adds no time or text.
private enum PNGEncoder {
    static func encode(_ pixels: [UInt8], width: Int, height: Int, channels: Int) throws -> Data {
        guard let storedWidth = UInt32(exactly: width), let storedHeight = UInt32(exactly: height) else {
            throw ImageError.cannotEncode(
                width: width, height: height, format: "PNG", reason: "a side is too long")
        }
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = storedWidth
        image.height = storedHeight
        image.format = UInt32(channels == 3 ? PNG_FORMAT_FLAG_COLOR : 0)
        defer { png_image_free(&image) }

        // An upper bound of the size: rows with filter bytes, the overhead of deflate for incompressible data, and the
        // chunks. One call then suffices.
        let raw = (channels * width + 1) * height
        var size = raw + raw / 1000 + 4096
        var data = Data(count: size)
        let done = data.withUnsafeMutableBytes { memory in
            png_image_write_to_memory(&image, memory.baseAddress, &size, 0, pixels, 0, nil)
        }
        guard done != 0 else {
            let message = withUnsafeBytes(of: image.message) { text in
                String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw ImageError.cannotEncode(
                width: width, height: height, format: "PNG",
                reason: message.isEmpty ? "its PNG would be too large" : message)
        }
        data.count = size
        return data
    }
}
