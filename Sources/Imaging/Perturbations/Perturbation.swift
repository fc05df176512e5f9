import Files
import LinearAlgebra

/// A change that leaves the ECG as it is: other ink, another printer, scanner or phone.
///
/// A perturbation changes the decoded page before preprocessing. Lengths are relative to the page's shorter side, so
/// that the effect does not depend on the page's size. The exact definitions are at the types named below.
public enum Perturbation: String, CaseIterable, Codable, Sendable {
    /// Random ink on random paper, half of them light on dark (`Recoloring`).
    case recolored = "recoloured"
    /// Lines of twice the width (`LineWidth`).
    case thicker
    /// Lines of half the width (`LineWidth`).
    case thinner
    /// The grid of ECG paper under the trace, fainter than it (`PaperGrid`).
    case grid
    /// JPEG compression at quality 30 (`JPEGCompression`).
    case jpeg
    /// Normal noise with σ 0.1 of the range from black to white (`PixelNoise`).
    case noise
    /// Gaussian blur (`GaussianBlur`).
    case blur
    /// Rotation by 3° to the left or right (`Rotation`).
    case rotated
    /// A tenth of the width and of the height cut off (`PageCrop`).
    case cropped
    /// The negative of the page.
    case inverted

    /// The definition in one line, for tables.
    public var definition: String {
        switch self {
        case .recolored: "random ink on random paper, half of them light on dark"
        case .thicker: "lines of twice the width"
        case .thinner: "lines of half the width"
        case .grid: "the grid of ECG paper under the trace, at 0.2 and 0.35 of its contrast"
        case .jpeg: "JPEG at quality 30"
        case .noise: "normal noise, σ 0.1 of the range from black to white"
        case .blur: "Gaussian blur, σ 1/200 of the shorter side"
        case .rotated: "rotation by 3°, left or right"
        case .cropped: "10 % of width and height cut off at random sides"
        case .inverted: "the negative"
        }
    }

    /// Incremented when a perturbation gives other pixels.
    static let version = 1

    /// Returns the perturbed page.
    ///
    /// - Parameters:
    ///   - seed: seed of the random part. The same page and seed give the same pixels.
    ///   - name: the page's name in error messages.
    /// - Throws: `ImageError.noInk` if the perturbation changes ink and the page has none.
    public func apply(to page: Page, seed: UInt64, name: String) throws -> Page {
        var random = SeededGenerator(seed: seed, purpose: "disturbance \(rawValue)")
        switch self {
        case .recolored: return try Recoloring(&random).apply(to: page, name: name)
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

/// A perturbation with a random part that depends on the seed and on the content of each picture's file.
///
/// The file's path and the other pictures have no influence, so that features can be cached by content.
public struct SeededPerturbation: Hashable, Sendable {
    public let kind: Perturbation
    public let seed: UInt64

    public init(_ kind: Perturbation, seed: UInt64) {
        self.kind = kind
        self.seed = seed
    }

    /// - Parameter file: SHA-256 of the file that the page comes from.
    /// - Throws: `ImageError.noInk`.
    public func apply(to page: Page, file: Digest, name: String) throws -> Page {
        let own = file.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return try kind.apply(to: page, seed: seed ^ own, name: name)
    }

    /// The key of cached features. It changes with every value and with `Perturbation.version`.
    public var fingerprint: Digest { Digest(of: "disturbance \(Perturbation.version): \(kind.rawValue), seed \(seed)") }
}
