import CTurboJPEG
import Foundation

/// Saves a page as JPEG and reads it again: baseline, chroma at half the resolution in both directions, accurate DCT of
/// libjpeg-turbo.
struct JPEGCompression {
    /// libjpeg's quality, 1…100.
    let quality: Int

    /// - Throws: `ImageError.cannotEncode` for a picture larger than JPEG allows.
    func apply(to page: Page, name: String) throws -> Page {
        let read = try Page(decoding: encoded(page), name: name, limits: Page.Limits(pixels: .max, bytes: .max))
        return Page(width: read.width, height: read.height, pixels: read.pixels)
    }

    /// Returns the file's content. The same page gives the same bytes.
    func encoded(_ page: Page) throws -> Data {
        func failure(_ reason: String) -> ImageError {
            .cannotEncode(width: page.width, height: page.height, format: "JPEG", reason: reason)
        }
        guard let turbo = tjInitCompress() else { throw failure("out of memory") }
        defer { tjDestroy(turbo) }
        var bytes: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        defer { tjFree(bytes) }
        guard let width = Int32(exactly: page.width), let height = Int32(exactly: page.height) else {
            throw failure("a side is too long")
        }
        let done = tjCompress2(
            turbo, page.pixels, width, 0, height, Int32(TJPF_RGB.rawValue), &bytes, &size,
            Int32(TJSAMP_420.rawValue), Int32(quality), TJFLAG_ACCURATEDCT)
        guard done == 0, let bytes else { throw failure(String(cString: tjGetErrorStr2(turbo))) }
        return Data(bytes: bytes, count: Int(size))
    }
}

extension Page {
    /// Encodes the page as a JPEG, as `JPEGCompression` does. The same page gives the same bytes.
    ///
    /// - Parameter quality: libjpeg's, 1…100.
    /// - Throws: `ImageError.cannotEncode`.
    package func jpegData(quality: Int) throws -> Data { try JPEGCompression(quality: quality).encoded(self) }
}
