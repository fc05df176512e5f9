/// A grey picture of 8 bits per pixel: 0 is black, 255 white; rows from the top, no padding.
///
/// Preprocessed pictures are of this kind, 224 × 224 unless the configuration says otherwise: what the network reads.
public struct GrayImage: Equatable, Sendable {
    public let width: Int
    public let height: Int
    /// height × width, row-major.
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
