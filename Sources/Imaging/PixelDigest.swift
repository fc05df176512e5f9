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
        let eights = width * height / 8
        var marks = [UInt8](repeating: 0, count: (eights + 7) / 8)
        let drawn = [UInt8](unsafeUninitializedCapacity: pixels.count) { drawn, count in
            pixels.withUnsafeBufferPointer { pixels in
                marks.withUnsafeMutableBufferPointer { marks in
                    let plain = PlainColour(red: pixels[0], green: pixels[1], blue: pixels[2])
                    var (from, to) = (pixels.baseAddress!, drawn.baseAddress!)
                    for eight in 0 ..< eights {
                        if !plain.fillsEight(from) {
                            marks[eight >> 3] |= 1 << UInt8(eight & 7)
                            to.update(from: from, count: 24)
                            to += 24
                        }
                        from += 24
                    }
                    let rest = pixels.count - 24 * eights
                    to.update(from: from, count: rest)
                    count = to - drawn.baseAddress! + rest
                }
            }
        }
        var hasher = Digest.Hasher()
        withUnsafeBytes(of: UInt64(width).littleEndian) { hasher.update(Array($0)) }
        withUnsafeBytes(of: UInt64(height).littleEndian) { hasher.update(Array($0)) }
        hasher.update(Array(pixels[..<3]))
        hasher.update(marks)
        hasher.update(drawn)
        return hasher.finish()
    }
}
