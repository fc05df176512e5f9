/// How a picture gets another size. The whole picture is stretched to the new one; a side ratio is not kept.
///
/// Both are computed in whole numbers, so the result is the rounded exact value (halves up) on every machine.
public enum Resampling: String, Codable, Sendable {
    /// Each new pixel is the mean of the old picture under it, parts of pixels counting by their area. Enlarging
    /// repeats pixels, with the exact mixture where a border falls inside a new pixel.
    case area
    /// Each new pixel is interpolated between the four old ones around its centre; centres lie at half pixels, and
    /// beyond the outermost centres the border pixels go on. Shrinking does not smooth: pixels between are passed
    /// over (`cv2.INTER_LINEAR`, `tf.image.resize` without antialiasing).
    case bilinear

    /// `image` in a new size.
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
