/// A color with red, green and blue in 0…255, as stored.
public struct RGBColor: Sendable, Equatable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    public static let black = RGBColor(0, 0, 0)
    public static let white = RGBColor(255, 255, 255)

    /// The BT.601 gray level, 0…255.
    public var luminance: Double { 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) }

    /// Returns a blend: `self` at `share` 0, `other` at 1. Stored values are blended, as in plotting programs.
    public func mixed(with other: RGBColor, share: Double) -> RGBColor {
        func blend(_ from: UInt8, _ to: UInt8) -> UInt8 {
            UInt8((Double(from) + (Double(to) - Double(from)) * min(max(share, 0), 1)).rounded())
        }
        return RGBColor(blend(red, other.red), blend(green, other.green), blend(blue, other.blue))
    }
}

/// A rectangle on the page in pixels from the top left; edges may lie between pixels.
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

/// The grid of ECG paper, drawn under the trace.
public struct PaperGrid: Sendable, Equatable {
    /// Distance of adjacent vertical lines in pixels.
    public var spacingX: Double
    /// Distance of adjacent horizontal lines in pixels.
    public var spacingY: Double
    /// The period of major lines: every n-th line is major.
    public var majorEvery: Int
    public var minor: RGBColor
    public var major: RGBColor
    /// Line width in pixels.
    public var lineWidth: Double

    /// - Precondition: spacings are at least 2 pixels, `majorEvery` at least 1, `lineWidth` positive.
    public init(
        spacingX: Double, spacingY: Double, majorEvery: Int = 5, minor: RGBColor, major: RGBColor,
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

    /// Returns the standard grid: small squares of 0.04 s × 0.1 mV, with a major line every five.
    public static func calibrated(
        pixelsPerSecond: Double, pixelsPerMillivolt: Double, minor: RGBColor, major: RGBColor, lineWidth: Double = 1
    ) -> PaperGrid {
        PaperGrid(
            spacingX: 0.04 * pixelsPerSecond, spacingY: 0.1 * pixelsPerMillivolt, minor: minor, major: major,
            lineWidth: lineWidth)
    }
}

/// The appearance of a drawing: page, paper and pen.
public struct DrawingStyle: Sendable, Equatable {
    /// Width in pixels.
    public var width: Int
    /// Height in pixels.
    public var height: Int
    public var paper: RGBColor
    public var ink: RGBColor
    /// Line width in pixels; a fraction is allowed, also below 1.
    public var lineWidth: Double
    public var grid: PaperGrid?
    /// Gray levels by which uneven light darkens one side of the page.
    public var shade: Double
    /// Direction of the dark side in radians, clockwise from the right.
    public var shadeDirection: Double
    /// Standard deviation of the noise in each pixel, in gray levels.
    public var grain: Double

    /// - Precondition: the page has at least one pixel, `lineWidth` is positive, `shade` and `grain` are not negative.
    public init(
        width: Int, height: Int, paper: RGBColor = .white, ink: RGBColor = .black, lineWidth: Double = 1.5,
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
