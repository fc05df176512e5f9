import Files

/// How a page becomes the square grey picture that the network reads.
///
/// Steps, in this order:
/// 1. `ink`: `neutral` decides what is ink and draws it black on white (`InkMask`); `as-drawn` is the page in grey
///    (BT.601).
/// 2. `crop`, if on: only the drawing and a margin around it.
/// 3. Resize to `size` × `size`: a page that is not square is stretched, as is usual with these networks. `neutral`
///    averages areas, so that a grey is the share of ink under a pixel; `as-drawn` interpolates (bilinear).
/// 4. `contrast`, if on: the resized picture's greys are stretched.
///
/// ```swift
/// let page = try Page(contentsOf: path)
/// let image = try Preprocessing().apply(to: page, name: path)
/// print(image.width, image.height, image.pixels.count { $0 < 128 }, "pixels of ink")
/// ```
public struct Preprocessing: Codable, Equatable, Hashable, Sendable {
    public enum Ink: String, Codable, CaseIterable, Sendable {
        /// Nothing about the ink's colour or grey is left, its blending at the edges included.
        case neutral
        /// The usual pipeline. Colours tell classes apart where each class has its own: a result that was made so
        /// must say so.
        case asDrawn = "as-drawn"
    }

    public var ink: Ink
    /// Margin around the drawing as a fraction of its longer side, 0…1; nil for no cropping. The margin
    /// ends where the page does.
    public var crop: Double?
    /// Percentile p, 0 ≤ p < 50: p…100 − p are stretched to black…white; nil for no stretching.
    public var contrast: Double?
    /// Pixels on a side of the result, 1…4096.
    public var size: Int
    /// The sizes that a network reads.
    public static let sizes = 32 ... 1024

    public init(ink: Ink = .neutral, crop: Double? = nil, contrast: Double? = nil, size: Int = 224) {
        self.ink = ink
        self.crop = crop
        self.contrast = contrast
        self.size = size
    }

    /// - Throws: `ImageError.preprocessing` for a value out of its range.
    public func validate() throws {
        if let crop, !(0 ... 1).contains(crop) {
            throw ImageError.preprocessing(key: "crop", found: "\(crop)", expected: "between 0 and 1, or off")
        }
        if let contrast, !(0 ..< 50).contains(contrast) {
            throw ImageError.preprocessing(
                key: "contrast", found: "\(contrast)", expected: "a percentile of at least 0 and below 50, or off")
        }
        guard (1 ... 4096).contains(size) else {
            throw ImageError.preprocessing(key: "size", found: "\(size)", expected: "between 1 and 4096 pixels")
        }
    }

    /// The picture that the network reads.
    ///
    /// - Parameter name: what error messages call the page.
    /// - Returns: size × size.
    /// - Throws: `ImageError.noInk` for a blank page: with `neutral` or `crop` as `InkMask` finds it; else if the
    ///   greys span less than `InkMask.leastContrast`; and what `validate()` throws.
    public func apply(to page: Page, name: String) throws -> GrayImage {
        try validate()
        var picture: GrayImage
        switch ink {
        case .neutral:
            let mask = try InkMask(page, name: name)
            picture = mask.image
            if let crop { picture = picture.cropped(to: DrawingBounds(of: mask).widened(by: crop, inside: mask)) }
            picture = Resampling.area.resize(picture, width: size, height: size)
        case .asDrawn:
            picture = page.grayscale
            try picture.checkSpan(name: name)
            if let crop {
                let mask = try InkMask(page, name: name)
                picture = picture.cropped(to: DrawingBounds(of: mask).widened(by: crop, inside: mask))
            }
            picture = Resampling.bilinear.resize(picture, width: size, height: size)
        }
        return contrast.map { picture.stretched(percentile: $0) } ?? picture
    }

    /// One line that says all of it: `neutral 224`, `as-drawn 224, crop 0.05, contrast 1.0`.
    public var description: String {
        var text = "\(ink.rawValue) \(size)"
        if let crop { text += ", crop \(crop)" }
        if let contrast { text += ", contrast \(contrast)" }
        return text
    }

    /// What cached features are known by: changes with every value and when the meaning of one changes.
    public var fingerprint: Digest { Digest(of: "preprocessing \(Self.version): \(description)") }

    /// Goes up when the same values come to mean other pixels.
    static let version = 1
}

extension Preprocessing: CustomStringConvertible {}

extension GrayImage {
    /// - Throws: `ImageError.noInk` where all is one grey or nearly so.
    fileprivate func checkSpan(name: String) throws {
        var (darkest, brightest): (UInt8, UInt8) = (255, 0)
        pixels.withUnsafeBufferPointer { pixels in
            for index in pixels.indices {
                darkest = min(darkest, pixels[index])
                brightest = max(brightest, pixels[index])
            }
        }
        let span = Int(brightest) - Int(darkest)
        guard span >= InkMask.leastContrast else {
            throw ImageError.noInk(file: name, finding: .contrast(found: span, bound: InkMask.leastContrast))
        }
    }
}
