import Foundation

extension Page {
    /// Encodes the page as an RGB PNG that states its resolution.
    ///
    /// It is several times faster than `pngData()` and does not give the same bytes. Each row is filtered by the one
    /// above, which removes the vertical lines of paper.
    ///
    /// - Parameter dpi: pixels per inch.
    package func pngData(dpi: Double) -> Data {
        let rowBytes = 3 * width
        let filtered = [UInt8](unsafeUninitializedCapacity: (rowBytes + 1) * height) { out, count in
            pixels.withUnsafeBufferPointer { pixels in
                for y in 0 ..< height {
                    let row = pixels.baseAddress! + y * rowBytes
                    let line = out.baseAddress! + y * (rowBytes + 1)
                    line[0] = y == 0 ? 0 : 2
                    if y == 0 {
                        (line + 1).update(from: row, count: rowBytes)
                    } else {
                        let above = row - rowBytes
                        for index in 0 ..< rowBytes { line[index + 1] = row[index] &- above[index] }
                    }
                }
            }
            count = (rowBytes + 1) * height
        }
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        func add(_ name: String, _ content: [UInt8]) {
            let chunk = Array(name.utf8) + content
            file.append(contentsOf: Self.bigEndian(content.count))
            file.append(contentsOf: chunk)
            file.append(contentsOf: Self.bigEndian(Int(Deflate.crc(chunk))))
        }
        // Eight bits per sample, RGB, without interlacing.
        add("IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [8, 2, 0, 0, 0])
        let perMeter = Self.bigEndian(Int((dpi / 0.0254).rounded()))
        add("pHYs", perMeter + perMeter + [1])
        // Readers can limit the size of a chunk.
        let stream = Deflate.zlib(filtered, level: 3)
        for start in stride(from: 0, to: stream.count, by: 1 << 20) {
            add("IDAT", Array(stream[start ..< min(start + 1 << 20, stream.count)]))
        }
        add("IEND", [])
        return file
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        (0 ..< 4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
}
