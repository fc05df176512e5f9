/// One colour, to be found again in a page eight pixels at a time: most of a page is its paper.
struct PlainColour {
    let red: UInt8
    let green: UInt8
    let blue: UInt8
    /// Eight pixels, RGB interleaved.
    private let eight: (UInt64, UInt64, UInt64)

    init(red: UInt8, green: UInt8, blue: UInt8) {
        (self.red, self.green, self.blue) = (red, green, blue)
        let bytes = (0 ..< 8).flatMap { _ in [red, green, blue] }
        eight = bytes.withUnsafeBytes {
            (
                $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            )
        }
    }

    /// Whether eight pixels, RGB interleaved, are all of this colour.
    func fillsEight(_ pixels: UnsafePointer<UInt8>) -> Bool {
        let bytes = UnsafeRawPointer(pixels)
        let difference =
            (bytes.loadUnaligned(as: UInt64.self) ^ eight.0)
            | (bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self) ^ eight.1)
            | (bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self) ^ eight.2)
        return difference == 0
    }

    /// The largest difference of the three channels, 0…255.
    func distance(_ pixel: UnsafePointer<UInt8>) -> UInt8 {
        func apart(_ one: UInt8, _ other: UInt8) -> UInt8 { max(one, other) &- min(one, other) }
        return max(apart(pixel[0], red), max(apart(pixel[1], green), apart(pixel[2], blue)))
    }

    /// The distances of eight pixels, RGB interleaved.
    func distances(ofEight pixels: UnsafePointer<UInt8>, into out: UnsafeMutablePointer<UInt8>) {
        func apart(_ place: Int, _ colours: UInt64) -> SIMD8<UInt8> {
            let found = UnsafeRawPointer(pixels + 8 * place).loadUnaligned(as: SIMD8<UInt8>.self)
            let plain = unsafeBitCast(colours, to: SIMD8<UInt8>.self)
            return pointwiseMax(found, plain) &- pointwiseMin(found, plain)
        }
        let apart = (apart(0, eight.0), apart(1, eight.1), apart(2, eight.2))
        withUnsafeBytes(of: apart) { apart in
            for pixel in 0 ..< 8 {
                out[pixel] = max(apart[3 * pixel], max(apart[3 * pixel + 1], apart[3 * pixel + 2]))
            }
        }
    }

    /// How many of `count` pixels, RGB interleaved, may be of another colour: at most so many are.
    func othersAmong(_ pixels: UnsafePointer<UInt8>, count: Int) -> Int {
        var others = 0
        for index in stride(from: 0, to: count - 7, by: 8) where !fillsEight(pixels + 3 * index) { others += 8 }
        return others + count % 8
    }
}
