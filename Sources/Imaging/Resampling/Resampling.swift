/// A method of resizing a picture. The whole picture is stretched to the new size; the aspect ratio is not kept.
///
/// Both methods compute in whole numbers, so that the result is the rounded exact value (halves up) on every machine.
public enum Resampling: String, Codable, Sendable {
    /// Averages the old picture under each new pixel, with parts of pixels weighted by their area. Enlarging repeats
    /// pixels and mixes them exactly where a border falls inside a new pixel.
    case area
    /// Interpolates between the four old pixels around each new center. Centers lie at half pixels, and border pixels
    /// extend outward. Shrinking does not smooth: pixels in between are skipped (`cv2.INTER_LINEAR`, `tf.image.resize`
    /// without antialiasing).
    case bilinear

    /// Returns `image` in a new size.
    ///
    /// - Precondition: both sides are at least 1.
    public func resize(_ image: GrayImage, width: Int, height: Int) -> GrayImage {
        precondition(width >= 1 && height >= 1, "a picture of \(width) × \(height) pixels")
        if width == image.width, height == image.height { return image }
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height) { out, count in
            image.pixels.withUnsafeBufferPointer { pixels in
                switch self {
                case .area: AreaResampling(image, width, height).resize(pixels.baseAddress!, to: out.baseAddress!)
                case .bilinear:
                    BilinearResampling(image, width, height).resize(pixels.baseAddress!, to: out.baseAddress!)
                }
            }
            count = width * height
        }
        return GrayImage(width: width, height: height, pixels: pixels)
    }
}
