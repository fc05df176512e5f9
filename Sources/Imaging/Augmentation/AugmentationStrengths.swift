/// How far augmentation goes: the largest each of its effects may become. 0 switches an effect off.
///
/// Shares are of the page's shorter side unless said otherwise.
public struct AugmentationStrengths: Sendable, Equatable {
    /// The share of pictures that are changed at all; the others are seen as they are.
    public var share = 0.85
    /// The chance of each single effect in a picture that is changed.
    public var probability = 0.4

    /// Lines get up to so many times as wide: 1 leaves them.
    public var thicker = 3.0
    /// Lines get as thin as this share of their width: 1 leaves them.
    public var thinner = 0.4
    /// Turned by up to so many degrees, either way.
    public var rotation = 10.0
    /// One side of the page is shown up to this much larger than the opposite one.
    public var perspective = 0.15
    /// Stretched or compressed along time by up to this share.
    public var stretchTime = 0.2
    /// Likewise the amplitude.
    public var stretchAmplitude = 0.25
    /// Height of the wave that the baseline follows.
    public var wander = 0.08
    /// Of width and height cut off, or as margin added.
    public var crop = 0.2
    /// The sides of up to two rectangles in which ink is missing.
    public var erase = 0.2
    /// The picture has up to so many times fewer or more pixels along a side: 1 leaves it.
    public var resolution = 1.6

    /// 1: half of the changed pictures with this effect are drawn with hard edges. The chance of them.
    public var antiAliasing = 0.5
    /// The darkest squares of ECG paper, as a share of the ink's contrast; below the half that counts as ink.
    public var grid = 0.42
    /// Ink and paper of any colours whose contrast is at least 1 minus this, of the range from black to white.
    public var ink = 0.75
    /// The chance of light ink on dark paper in a picture with other ink.
    public var inversion = 0.5
    /// How much of the light is lost from one edge to the other.
    public var shade = 0.3
    /// σ of a blur.
    public var blur = 0.01
    /// σ of noise in each channel, as a share of the ink's contrast.
    public var noise = 0.16
    /// JPEG quality falls to 100 times 1 minus this.
    public var jpeg = 0.85

    public init() {}

    /// Nothing is changed.
    public static var none: AugmentationStrengths {
        var strengths = AugmentationStrengths()
        for effect in AugmentationEffect.allCases { strengths[keyPath: effect.strength] = effect.neutral }
        strengths.share = 0
        return strengths
    }

    /// The same strengths of one effect alone, in every picture.
    public func only(_ effect: AugmentationEffect) -> AugmentationStrengths {
        var strengths = Self.none
        for part in effect.parts { strengths[keyPath: part.strength] = self[keyPath: part.strength] }
        (strengths.share, strengths.probability) = (1, 1)
        return strengths
    }
}

/// One way in which augmentation changes a picture; each has a strength of its own.
public enum AugmentationEffect: String, CaseIterable, Sendable {
    case thicker, thinner, rotation, perspective
    case stretchTime = "stretch_time"
    case stretchAmplitude = "stretch_amplitude"
    case wander, crop, erase, resolution
    case antiAliasing = "anti_aliasing"
    case grid, ink, inversion, shade, blur, noise, jpeg

    /// Where its strength stands.
    public var strength: WritableKeyPath<AugmentationStrengths, Double> & Sendable {
        switch self {
        case .thicker: \.thicker
        case .thinner: \.thinner
        case .rotation: \.rotation
        case .perspective: \.perspective
        case .stretchTime: \.stretchTime
        case .stretchAmplitude: \.stretchAmplitude
        case .wander: \.wander
        case .crop: \.crop
        case .erase: \.erase
        case .resolution: \.resolution
        case .antiAliasing: \.antiAliasing
        case .grid: \.grid
        case .ink: \.ink
        case .inversion: \.inversion
        case .shade: \.shade
        case .blur: \.blur
        case .noise: \.noise
        case .jpeg: \.jpeg
        }
    }

    /// What a strength may be.
    public var range: ClosedRange<Double> {
        switch self {
        case .thicker: 1 ... 5
        case .thinner: 0.2 ... 1
        case .rotation: 0 ... 45
        case .perspective: 0 ... 0.5
        case .stretchTime, .stretchAmplitude: 0 ... 0.6
        case .wander: 0 ... 0.5
        case .crop, .erase: 0 ... 0.5
        case .resolution: 1 ... 3
        case .antiAliasing, .inversion: 0 ... 1
        case .grid: 0 ... 0.45
        case .ink: 0 ... 0.85
        case .shade: 0 ... 0.6
        case .blur: 0 ... 0.05
        case .noise: 0 ... 0.3
        case .jpeg: 0 ... 0.95
        }
    }

    /// The strength that switches it off.
    public var neutral: Double {
        switch self {
        case .thicker, .thinner, .resolution: 1
        default: 0
        }
    }

    /// The effects that it cannot be seen without, and itself: only other ink can be light on dark.
    var parts: [AugmentationEffect] { self == .inversion ? [.ink, .inversion] : [self] }
}
