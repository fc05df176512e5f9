import CTurboJPEG
import Files
import Foundation

extension Page {
    /// Returns the cost of decoding a PNG or JPEG file in pixels, from its header.
    ///
    /// A JPEG with more than ten scans costs a multiple, because each scan passes over all pixels. Other content and
    /// pictures above the limits cost nothing, because they are refused without decoding.
    package static func decodingCost(of data: Data, limits: Limits = Limits()) -> Int {
        data.withUnsafeBytes { bytes in
            let kind = FileKind(of: bytes)
            let (width, height) = kind == .png ? pngSize(bytes) : kind == .jpeg ? jpegSize(bytes) : (0, 0)
            guard (try? limits.check(width: width, height: height, file: "")) != nil else { return 0 }
            let scans = kind == .jpeg ? JPEGMarkers(bytes: bytes).scans : 0
            return width * height * max(1, min(scans, JPEGScans.limit) / 10)
        }
    }

    /// The first chunk of a PNG has its size. Decoders refuse files in which it has not.
    private static func pngSize(_ bytes: UnsafeRawBufferPointer) -> (Int, Int) {
        guard bytes.count >= 24, bytes[12 ..< 16].elementsEqual("IHDR".utf8) else { return (0, 0) }
        func number(at offset: Int) -> Int { bytes[offset ..< offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        return (number(at: 16), number(at: 20))
    }

    private static func jpegSize(_ bytes: UnsafeRawBufferPointer) -> (Int, Int) {
        guard let turbo = tjInitDecompress() else { return (0, 0) }
        defer { tjDestroy(turbo) }
        var (width, height, subsampling, colors): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
        let start = bytes.bindMemory(to: UInt8.self).baseAddress
        // Sets the size also where it fails because of a chroma subsampling without a name.
        _ = tjDecompressHeader3(turbo, start, UInt(bytes.count), &width, &height, &subsampling, &colors)
        return (Int(max(0, width)), Int(max(0, height)))
    }
}
