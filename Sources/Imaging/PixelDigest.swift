import Files

extension Page {
    /// SHA-256 of what is seen. Two files with the same digest show the same picture, whatever their formats.
    ///
    /// Most of a page is paper, and digesting all of it takes longer than decoding it. So what is digested is the
    /// page without its plain parts, from which it can be made again: width and height (8 bytes each,
    /// little-endian); the colour of the first pixel; for each eight pixels in turn a bit, the first in the lowest,
    /// that says whether one of them is of another colour; then those eights, RGB; then the pixels behind the last
    /// eight, RGB.
    public var pixelDigest: Digest {
        let eights = plain.eights
        let drawn = [UInt8](unsafeUninitializedCapacity: pixels.count) { drawn, count in
            pixels.withUnsafeBufferPointer { pixels in
                var to = drawn.baseAddress!
                plain.forEachOther { eight in
                    to.update(from: pixels.baseAddress! + 24 * eight, count: 24)
                    to += 24
                }
                let rest = pixels.count - 24 * eights
                to.update(from: pixels.baseAddress! + 24 * eights, count: rest)
                count = to - drawn.baseAddress! + rest
            }
        }
        var hasher = Digest.Hasher()
        withUnsafeBytes(of: UInt64(width).littleEndian) { hasher.update(Array($0)) }
        withUnsafeBytes(of: UInt64(height).littleEndian) { hasher.update(Array($0)) }
        hasher.update(Array(pixels[..<3]))
        plain.marks.map { $0.littleEndian }.withUnsafeBytes { hasher.update(Array($0.prefix((eights + 7) / 8))) }
        hasher.update(drawn)
        return hasher.finish()
    }
}
