/// A gray picture with 8 bits per pixel: 0 is black, 255 is white.
///
/// The network reads such pictures, after preprocessing, in 224 × 224 pixels unless configured otherwise.
public struct GrayImage: Equatable, Sendable {
    public let width: Int
    public let height: Int
    /// height × width, row-major from the top, without padding.
    public var pixels: [UInt8]

    /// - Precondition: `pixels.count == width * height`, both at least 1.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width >= 1 && height >= 1, "a picture of \(width) × \(height) pixels")
        precondition(pixels.count == width * height, "\(width) × \(height) picture of \(pixels.count) pixels")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}

extension Page {
    /// The page in gray by ITU-R BT.601: ⌊(19595·R + 38470·G + 7471·B) / 65536 + ½⌋.
    ///
    /// The factors are 0.299, 0.587 and 0.114 in 16 bits, as in Pillow's mode L.
    public var grayscale: GrayImage {
        let gray = [UInt8](unsafeUninitializedCapacity: width * height) { out, count in
            pixels.withUnsafeBufferPointer { pixels in
                for index in 0 ..< width * height {
                    let (red, green, blue) = (pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2])
                    let sum = 19595 * UInt32(red) + 38470 * UInt32(green) + 7471 * UInt32(blue)
                    out[index] = UInt8(truncatingIfNeeded: (sum + 0x8000) >> 16)
                }
            }
            count = width * height
        }
        return GrayImage(width: width, height: height, pixels: gray)
    }
}
