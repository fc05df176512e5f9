/// The maximum strength of each augmentation effect. The effect's `neutral` value switches it off.
///
/// Shares refer to the page's shorter side unless stated otherwise.
public struct AugmentationStrengths: Sendable, Equatable {
    /// The share of pictures that are changed.
    public var share = 0.85
    /// The probability of each effect in a changed picture.
    public var probability = 0.4

    /// Maximum factor of the line width; 1 disables it.
    public var thicker = 3.0
    /// Minimum factor of the line width; 1 disables it.
    public var thinner = 0.4
    /// Maximum rotation in degrees, in either direction.
    public var rotation = 10.0
    /// Maximum enlargement of one side of the page against the opposite side.
    public var perspective = 0.15
    /// Maximum stretch or compression along time, on a logarithmic scale.
    public var stretchTime = 0.2
    /// Maximum stretch or compression of the amplitude, on a logarithmic scale.
    public var stretchAmplitude = 0.25
    /// Maximum height of the wave that the baseline follows.
    public var wander = 0.08
    /// Maximum share of width and height that is cut off; half of it as an added margin.
    public var crop = 0.2
    /// Maximum sides of up to two rectangles without ink.
    public var erase = 0.2
    /// Maximum factor, or its inverse, of the number of pixels along a side; 1 disables it.
    public var resolution = 1.6

    /// Probability of hard edges in a picture with this effect.
    public var antiAliasing = 0.5
    /// Maximum contrast of the ECG paper's grid, as a share of the ink's; below the half that counts as ink.
    public var grid = 0.42
    /// Other colors of ink and paper, with a contrast of at least 1 minus this, of the range from black to white.
    public var ink = 0.75
    /// The share of pictures with other colors that have light ink on dark paper.
    public var inversion = 0.5
    /// Maximum share of the light that is lost from one edge to the other.
    public var shade = 0.3
    /// Maximum σ of the blur.
    public var blur = 0.01
    /// Maximum σ of the noise in each channel, as a share of the ink's contrast.
    public var noise = 0.16
    /// JPEG quality falls to 100 times 1 minus this.
    public var jpeg = 0.85

    public init() {}

    /// Strengths that leave every picture unchanged.
    public static var none: AugmentationStrengths {
        var strengths = AugmentationStrengths()
        for effect in AugmentationEffect.allCases { strengths[keyPath: effect.strength] = effect.neutral }
        strengths.share = 0
        return strengths
    }

    /// Returns strengths with one effect alone, applied to every picture.
    public func only(_ effect: AugmentationEffect) -> AugmentationStrengths {
        var strengths = Self.none
        for part in effect.parts { strengths[keyPath: part.strength] = self[keyPath: part.strength] }
        (strengths.share, strengths.probability) = (1, 1)
        return strengths
    }
}

/// One kind of change that augmentation makes.
public enum AugmentationEffect: String, CaseIterable, Sendable {
    case thicker, thinner, rotation, perspective
    case stretchTime = "stretch_time"
    case stretchAmplitude = "stretch_amplitude"
    case wander, crop, erase, resolution
    case antiAliasing = "anti_aliasing"
    case grid, ink, inversion, shade, blur, noise, jpeg

    /// The key path of its strength.
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

    /// The allowed values of its strength.
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

    /// This effect and those that it depends on: an inversion needs other ink.
    var parts: [AugmentationEffect] { self == .inversion ? [.ink, .inversion] : [self] }
}
