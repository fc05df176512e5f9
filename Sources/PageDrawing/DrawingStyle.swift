/// A colour as it is stored: red, green, blue in 0…255.
public struct RGBColour: Sendable, Equatable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    public static let black = RGBColour(0, 0, 0)
    public static let white = RGBColour(255, 255, 255)

    /// BT.601 grey in 0…255.
    public var luminance: Double { 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) }

    /// `self` where `share` is 0, `other` where it is 1, in stored values as plotting programs blend.
    public func mixed(with other: RGBColour, share: Double) -> RGBColour {
        func blend(_ from: UInt8, _ to: UInt8) -> UInt8 {
            UInt8((Double(from) + (Double(to) - Double(from)) * min(max(share, 0), 1)).rounded())
        }
        return RGBColour(blend(red, other.red), blend(green, other.green), blend(blue, other.blue))
    }
}

/// A rectangle on the page in pixels, from the top left; edges may lie between pixels.
public struct Frame: Sendable, Equatable {
    public var left: Double
    public var top: Double
    public var width: Double
    public var height: Double

    /// - Precondition: `width` and `height` are positive.
    public init(left: Double, top: Double, width: Double, height: Double) {
        precondition(width > 0 && height > 0, "a frame of \(width) × \(height) pixels")
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }
}

/// Lines behind the trace, as on ECG paper.
public struct PaperGrid: Sendable, Equatable {
    /// Pixels between neighbouring vertical lines.
    public var spacingX: Double
    /// Pixels between neighbouring horizontal lines.
    public var spacingY: Double
    /// Every so many lines a major one.
    public var majorEvery: Int
    public var minor: RGBColour
    public var major: RGBColour
    /// Pixels.
    public var lineWidth: Double

    /// - Precondition: spacings are at least 2 pixels, `majorEvery` at least 1, `lineWidth` positive.
    public init(
        spacingX: Double, spacingY: Double, majorEvery: Int = 5, minor: RGBColour, major: RGBColour,
        lineWidth: Double = 1
    ) {
        precondition(spacingX >= 2 && spacingY >= 2, "grid lines every \(spacingX) × \(spacingY) pixels")
        precondition(majorEvery >= 1 && lineWidth > 0, "a major line every \(majorEvery), \(lineWidth) wide")
        self.spacingX = spacingX
        self.spacingY = spacingY
        self.majorEvery = majorEvery
        self.minor = minor
        self.major = major
        self.lineWidth = lineWidth
    }

    /// The standard paper: small squares of 0.04 s × 0.1 mV, five to a large one.
    public static func calibrated(
        pixelsPerSecond: Double, pixelsPerMillivolt: Double, minor: RGBColour, major: RGBColour, lineWidth: Double = 1
    ) -> PaperGrid {
        PaperGrid(
            spacingX: 0.04 * pixelsPerSecond, spacingY: 0.1 * pixelsPerMillivolt, minor: minor, major: major,
            lineWidth: lineWidth)
    }
}

/// How a recording is drawn: page, paper and pen.
public struct DrawingStyle: Sendable, Equatable {
    /// Pixels.
    public var width: Int
    /// Pixels.
    public var height: Int
    public var paper: RGBColour
    public var ink: RGBColour
    /// Pixels; need not be whole, and may be below 1.
    public var lineWidth: Double
    public var grid: PaperGrid?
    /// Grey levels by which uneven light darkens one side of the page.
    public var shade: Double
    /// Direction of the dark side: radians, clockwise from the right.
    public var shadeDirection: Double
    /// Standard deviation in grey levels of noise in each pixel.
    public var grain: Double

    /// - Precondition: the page has at least one pixel, `lineWidth` is positive, `shade` and `grain` not negative.
    public init(
        width: Int, height: Int, paper: RGBColour = .white, ink: RGBColour = .black, lineWidth: Double = 1.5,
        grid: PaperGrid? = nil, shade: Double = 0, shadeDirection: Double = 0, grain: Double = 0
    ) {
        precondition(width >= 1 && height >= 1, "a page of \(width) × \(height) pixels")
        precondition(lineWidth > 0 && shade >= 0 && grain >= 0, "a pen of \(lineWidth), shade \(shade), grain \(grain)")
        self.width = width
        self.height = height
        self.paper = paper
        self.ink = ink
        self.lineWidth = lineWidth
        self.grid = grid
        self.shade = shade
        self.shadeDirection = shadeDirection
        self.grain = grain
    }
}
