import Files
import LinearAlgebra

/// A way in which a picture of the same ECG may come out differently: other ink, another printer, scanner or phone.
///
/// A disturbance acts on the decoded page, before preprocessing, and leaves what the page says of the heart alone.
/// Lengths are in parts of the page's shorter side, so that a page of any size is disturbed alike; each definition
/// stands at the type that does the work.
public enum Disturbance: String, CaseIterable, Codable, Sendable {
    /// Random ink on random paper, light on dark as often as dark on light (`Recolouring`).
    case recoloured
    /// Lines of twice the width (`LineWidth`).
    case thicker
    /// Lines of half the width (`LineWidth`).
    case thinner
    /// The squares of ECG paper behind the trace, fainter than it (`PaperGrid`).
    case grid
    /// Saved as JPEG at quality 30 and read again (`JPEGCompression`).
    case jpeg
    /// Normal noise of σ 0.1 of the range from black to white (`PixelNoise`).
    case noise
    /// Out of focus (`GaussianBlur`).
    case blur
    /// Turned by 3° one way or the other (`Rotation`).
    case rotated
    /// A tenth of the width and of the height cut off (`PageCrop`).
    case cropped
    /// The negative.
    case inverted

    /// One line that says all of it, for tables.
    public var definition: String {
        switch self {
        case .recoloured: "random ink on random paper, half of them light on dark"
        case .thicker: "lines of twice the width"
        case .thinner: "lines of half the width"
        case .grid: "ECG paper's squares behind the trace, at 0.2 and 0.35 of its contrast"
        case .jpeg: "JPEG at quality 30"
        case .noise: "normal noise, σ 0.1 of the range from black to white"
        case .blur: "Gaussian blur, σ 1/200 of the shorter side"
        case .rotated: "turned by 3°, left or right"
        case .cropped: "10 % of width and height cut off at random sides"
        case .inverted: "the negative"
        }
    }

    /// Goes up when a disturbance comes to mean other pixels.
    static let version = 1

    /// The page as it would have come out.
    ///
    /// - Parameters:
    ///   - seed: of what is random in it: the same page and seed give the same pixels.
    ///   - name: what error messages call the page.
    /// - Throws: `ImageError.noInk` where ink is to be changed and there is none.
    public func apply(to page: Page, seed: UInt64, name: String) throws -> Page {
        var random = SeededGenerator(seed: seed, purpose: "disturbance \(rawValue)")
        switch self {
        case .recoloured: return try Recolouring(&random).apply(to: page, name: name)
        case .thicker: return try LineWidth.doubled.apply(to: page, name: name)
        case .thinner: return try LineWidth.halved.apply(to: page, name: name)
        case .grid: return try PaperGrid(&random).apply(to: page, name: name)
        case .jpeg: return try JPEGCompression(quality: 30).apply(to: page, name: name)
        case .noise: return PixelNoise(sigma: 0.1).apply(to: page, &random)
        case .blur: return GaussianBlur(share: 1 / 200).apply(to: page)
        case .rotated: return Rotation(degrees: random.uniform() < 0.5 ? -3 : 3).apply(to: page)
        case .cropped: return PageCrop(share: 0.1, &random).apply(to: page)
        case .inverted:
            return Page(width: page.width, height: page.height, pixels: page.pixels.map { 255 - $0 })
        }
    }
}

/// A disturbance of many pictures, each in its own way.
///
/// What is random about a picture comes from the seed and from the content of its file: it depends neither on the
/// file's path nor on which other pictures are disturbed, so features that were made once can be kept by content.
public struct SeededDisturbance: Hashable, Sendable {
    public let kind: Disturbance
    public let seed: UInt64

    public init(_ kind: Disturbance, seed: UInt64) {
        self.kind = kind
        self.seed = seed
    }

    /// - Parameter file: SHA-256 of the file that the page comes from.
    /// - Throws: `ImageError.noInk`.
    public func apply(to page: Page, file: Digest, name: String) throws -> Page {
        let own = file.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return try kind.apply(to: page, seed: seed ^ own, name: name)
    }

    /// What cached features are known by: changes with every value and when the meaning of one changes.
    public var fingerprint: Digest { Digest(of: "disturbance \(Disturbance.version): \(kind.rawValue), seed \(seed)") }
}
