/// A color that is compared with many pixels at a time. Most of a page has the paper's color.
struct SolidColor: Sendable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8
    /// The color eight times, RGB interleaved.
    private let eight: (UInt64, UInt64, UInt64)
    /// The color sixteen times.
    private let sixteen: (SIMD2<UInt64>, SIMD2<UInt64>, SIMD2<UInt64>)

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
        sixteen = (SIMD2(eight.0, eight.1), SIMD2(eight.2, eight.0), SIMD2(eight.1, eight.2))
    }

    /// Whether 32 pixels, RGB interleaved, are all of this color.
    @inline(__always)
    func fillsThirtyTwo(_ pixels: UnsafePointer<UInt8>) -> Bool {
        func apart(_ place: Int, _ colors: SIMD2<UInt64>) -> SIMD2<UInt64> {
            UnsafeRawPointer(pixels + 16 * place).loadUnaligned(as: SIMD2<UInt64>.self) ^ colors
        }
        let difference =
            apart(0, sixteen.0) | apart(1, sixteen.1) | apart(2, sixteen.2)
            | apart(3, sixteen.0) | apart(4, sixteen.1) | apart(5, sixteen.2)
        return difference[0] | difference[1] == 0
    }

    /// Whether eight pixels, RGB interleaved, are all of this color.
    func fillsEight(_ pixels: UnsafePointer<UInt8>) -> Bool {
        let bytes = UnsafeRawPointer(pixels)
        let difference =
            (bytes.loadUnaligned(as: UInt64.self) ^ eight.0)
            | (bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self) ^ eight.1)
            | (bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self) ^ eight.2)
        return difference == 0
    }

    /// Returns the largest difference of the three channels, 0…255.
    func distance(_ pixel: UnsafePointer<UInt8>) -> UInt8 {
        func apart(_ one: UInt8, _ other: UInt8) -> UInt8 { max(one, other) &- min(one, other) }
        return max(apart(pixel[0], red), max(apart(pixel[1], green), apart(pixel[2], blue)))
    }

    /// Computes the distances of eight pixels, RGB interleaved.
    @inline(__always)
    func distances(ofEight pixels: UnsafePointer<UInt8>, into out: UnsafeMutablePointer<UInt8>) {
        var apart: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeBytes(of: eight) { expected in
            withUnsafeMutableBytes(of: &apart) { apart in
                for place in 0 ..< 24 {
                    let (found, value) = (pixels[place], expected[place])
                    apart[place] = max(found, value) &- min(found, value)
                }
            }
        }
        withUnsafeBytes(of: apart) { apart in
            for pixel in 0 ..< 8 {
                out[pixel] = max(apart[3 * pixel], max(apart[3 * pixel + 1], apart[3 * pixel + 2]))
            }
        }
    }
}

extension SolidColor: Equatable {
    static func == (one: SolidColor, other: SolidColor) -> Bool {
        one.red == other.red && one.green == other.green && one.blue == other.blue
    }
}
