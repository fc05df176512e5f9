import Imaging

/// A preprocessed picture in compressed form: white runs as lengths, all other pixels as bytes.
struct PackedPicture: Sendable, Equatable {
    let size: Int
    /// Alternating runs of white and other pixels. A run is a 2-byte length; other pixels follow their length.
    private let bytes: [UInt8]

    /// Compresses a picture.
    ///
    /// - Precondition: the picture is square.
    init(_ image: GrayImage) {
        precondition(image.width == image.height, "a picture of \(image.width) × \(image.height)")
        size = image.width
        var bytes: [UInt8] = []
        let pixels = image.pixels
        var index = 0
        func run(_ isWhite: Bool) -> Int {
            var end = index
            while end < pixels.count, (pixels[end] == 255) == isWhite, end - index < Int(UInt16.max) { end += 1 }
            return end - index
        }
        while index < pixels.count {
            for isWhite in [true, false] {
                let length = run(isWhite)
                bytes += [UInt8(length >> 8), UInt8(length & 255)]
                if !isWhite { bytes += pixels[index ..< index + length] }
                index += length
            }
        }
        self.bytes = bytes
    }

    var byteCount: Int { bytes.count }

    /// Writes the original pixels.
    ///
    /// - Parameter out: size × size gray values.
    func unpack(into out: UnsafeMutablePointer<UInt8>) {
        var (place, target) = (0, out)
        bytes.withUnsafeBufferPointer { bytes in
            while place < bytes.count {
                let white = Int(bytes[place]) << 8 | Int(bytes[place + 1])
                target.update(repeating: 255, count: white)
                let other = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
                (target + white).update(from: bytes.baseAddress! + place + 4, count: other)
                target += white + other
                place += 4 + other
            }
        }
    }
}
