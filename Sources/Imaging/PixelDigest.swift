import Files

extension Page {
    /// SHA-256 of the pixels. Two files with the same digest show the same picture, whatever their formats.
    ///
    /// Most of a page is paper, and digesting all of it takes longer than decoding it. The digest therefore covers a
    /// lossless reduction of the page:
    /// 1. width and height, 8 bytes each, little-endian;
    /// 2. the color of the first pixel;
    /// 3. one bit per eight pixels, the first in the lowest bit: 1 if one of them has another color;
    /// 4. the RGB bytes of the groups whose bit is 1;
    /// 5. the RGB bytes of the pixels after the last complete group.
    public var pixelDigest: Digest {
        let octets = solid.octets
        let drawn = [UInt8](unsafeUninitializedCapacity: pixels.count) { drawn, count in
            pixels.withUnsafeBufferPointer { pixels in
                var to = drawn.baseAddress!
                solid.forEachMixed { octet in
                    to.update(from: pixels.baseAddress! + 24 * octet, count: 24)
                    to += 24
                }
                let rest = pixels.count - 24 * octets
                to.update(from: pixels.baseAddress! + 24 * octets, count: rest)
                count = to - drawn.baseAddress! + rest
            }
        }
        var hasher = Digest.Hasher()
        withUnsafeBytes(of: UInt64(width).littleEndian) { hasher.update(Array($0)) }
        withUnsafeBytes(of: UInt64(height).littleEndian) { hasher.update(Array($0)) }
        hasher.update(Array(pixels[..<3]))
        solid.marks.map { $0.littleEndian }.withUnsafeBytes { hasher.update(Array($0.prefix((octets + 7) / 8))) }
        hasher.update(drawn)
        return hasher.finish()
    }
}
