import Files

/// Converts a page to the square gray picture that the network reads.
///
/// The steps, in this order:
/// 1. `ink`: `neutral` detects the ink and draws it black on white (`InkMask`); `as-drawn` converts the page to gray
///    (BT.601).
/// 2. `crop`, if set: keeps only the drawing and a margin around it.
/// 3. Resizing to `size` × `size`. A page that is not square is stretched, as is usual with these networks. `neutral`
///    averages areas, so that a gray level is the share of ink under a pixel; `as-drawn` interpolates (bilinear).
/// 4. `contrast`, if set: stretches the gray levels of the resized picture.
///
/// ```swift
/// let page = try Page(contentsOf: path)
/// let image = try Preprocessing().apply(to: page, name: path)
/// print(image.width, image.height, image.pixels.count { $0 < 128 }, "pixels of ink")
/// ```
public struct Preprocessing: Codable, Equatable, Hashable, Sendable {
    public enum Ink: String, Codable, CaseIterable, Sendable {
        /// Removes the color and gray level of the ink, including its blending at the edges.
        case neutral
        /// Keeps the colors. If each class is drawn in its own color, they reveal the class: a result with this setting
        /// must be marked.
        case asDrawn = "as-drawn"
    }

    public var ink: Ink
    /// Margin around the drawing as a fraction of its longer side, 0…1; nil disables cropping. The margin ends at the
    /// page's border.
    public var crop: Double?
    /// Percentile p, 0 ≤ p < 50: levels p…100 − p are stretched to black…white; nil disables stretching.
    public var contrast: Double?
    /// Side of the result in pixels, 1…4096.
    public var size: Int
    /// The sizes that a network accepts.
    public static let sizes = 32 ... 1024

    public init(ink: Ink = .neutral, crop: Double? = nil, contrast: Double? = nil, size: Int = 224) {
        self.ink = ink
        self.crop = crop
        self.contrast = contrast
        self.size = size
    }

    /// - Throws: `ImageError.preprocessing` if a value is outside its range.
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

    /// Returns the picture that the network reads.
    ///
    /// - Parameter name: the page's name in error messages.
    /// - Returns: size × size.
    /// - Throws: `ImageError.noInk` for a blank page; `ImageError.preprocessing` from `validate()`. With `neutral` or
    ///   `crop`, `InkMask` decides whether a page is blank; otherwise it is blank if its gray levels span less than
    ///   `InkMask.minimumContrast`.
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

    /// All settings in one line: `neutral 224`, `as-drawn 224, crop 0.05, contrast 1.0`.
    public var description: String {
        var text = "\(ink.rawValue) \(size)"
        if let crop { text += ", crop \(crop)" }
        if let contrast { text += ", contrast \(contrast)" }
        return text
    }

    /// The key of cached features. It changes with every setting and with `version`.
    public var fingerprint: Digest { Digest(of: "preprocessing \(Self.version): \(description)") }

    /// Incremented when the same settings give other pixels.
    static let version = 1
}

extension Preprocessing: CustomStringConvertible {}

extension GrayImage {
    /// - Throws: `ImageError.noInk` if the gray levels span too little.
    fileprivate func checkSpan(name: String) throws {
        var (darkest, brightest): (UInt8, UInt8) = (255, 0)
        pixels.withUnsafeBufferPointer { pixels in
            for index in pixels.indices {
                darkest = min(darkest, pixels[index])
                brightest = max(brightest, pixels[index])
            }
        }
        let span = Int(brightest) - Int(darkest)
        guard span >= InkMask.minimumContrast else {
            throw ImageError.noInk(file: name, finding: .contrast(found: span, bound: InkMask.minimumContrast))
        }
    }
}
