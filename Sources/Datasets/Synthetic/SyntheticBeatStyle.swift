import Foundation
import LinearAlgebra
import PageDrawing
import Signals

/// Page, paper, pen and the beat's position in one synthetic picture.
///
/// The style does not depend on the class, so that pictures of all classes come from the same distribution. The
/// exception is `leaking`, which shows what an audit must find.
struct SyntheticBeatStyle: Equatable {
    var drawing: DrawingStyle
    var frame: Frame
    /// Seconds before and after the R peak.
    var before: Double
    var after: Double

    /// Draws a random style. The public set has 432 × 288 pixels; these pages are up to a third smaller or larger.
    init(using generator: inout SeededGenerator) {
        let scale = exp(generator.uniform(in: -0.35 ... 0.3))
        let aspect = exp(0.08 * generator.normal())
        let width = Int((432 * scale * aspect).rounded())
        let height = Int((288 * scale / aspect).rounded())

        let (ink, paper) = SyntheticBeatStyle.colors(using: &generator)
        drawing = DrawingStyle(
            width: width, height: height, paper: paper, ink: ink,
            lineWidth: generator.uniform(in: 0.9 ... 2.6) * scale.squareRoot())
        if generator.uniform() < 0.25 {
            drawing.grid = SyntheticBeatStyle.grid(paper: paper, ink: ink, scale: scale, using: &generator)
        }
        if generator.uniform() < 0.2 {
            drawing.shade = generator.uniform(in: 5 ... 30)
            drawing.shadeDirection = 2 * .pi * generator.uniform()
        }
        if generator.uniform() < 0.08 { drawing.grain = generator.uniform(in: 1 ... 4) }

        let left = generator.uniform(in: 0.03 ... 0.11) * Double(width)
        let right = generator.uniform(in: 0.03 ... 0.11) * Double(width)
        let top = generator.uniform(in: 0.05 ... 0.14) * Double(height)
        let bottom = generator.uniform(in: 0.05 ... 0.14) * Double(height)
        frame = Frame(left: left, top: top, width: Double(width) - left - right, height: Double(height) - top - bottom)
        before = generator.uniform(in: 0.5 ... 0.7)
        after = generator.uniform(in: 0.64 ... 0.78)
    }

    /// The page of the public set in black, with enough seconds for its longest window (187 samples at 125 Hz).
    static let publicSet = SyntheticBeatStyle(
        drawing: BeatRendering.publicStyle, frame: BeatRendering.publicFrame, before: 0.1, after: 1.6)

    private init(drawing: DrawingStyle, frame: Frame, before: Double, after: Double) {
        self.drawing = drawing
        self.frame = frame
        self.before = before
        self.after = after
    }

    /// Returns a saturated or gray ink on white, tinted or, rarely, dark paper, at least 90 gray levels apart.
    private static func colors(using generator: inout SeededGenerator) -> (ink: RGBColor, paper: RGBColor) {
        let dark = generator.uniform() < 0.08
        let tinted = generator.uniform() < 0.5
        while true {
            let ink = color(
                hue: generator.uniform(), saturation: generator.uniform(),
                value: dark ? generator.uniform(in: 0.75 ... 1) : generator.uniform(in: 0 ... 0.85))
            let tint = color(
                hue: generator.uniform(), saturation: generator.uniform(in: 0 ... 0.15),
                value: dark ? generator.uniform(in: 0 ... 0.2) : generator.uniform(in: 0.85 ... 1))
            let paper = dark || tinted ? tint : .white
            if abs(ink.luminance - paper.luminance) >= 90 { return (ink, paper) }
        }
    }

    /// Returns a grid of squares on the page. Squares in mV would reveal high voltages by their number, because the
    /// trace is fitted to its frame.
    private static func grid(
        paper: RGBColor, ink: RGBColor, scale: Double, using generator: inout SeededGenerator
    ) -> PaperGrid {
        let spacing = generator.uniform(in: 7 ... 14) * scale
        let hue = RGBColor(220, 90, 90).mixed(with: RGBColor(128, 128, 128), share: generator.uniform())
        // At most a third of the ink's contrast, so that the trace stays the darkest part of the page.
        let contrast = abs(ink.luminance - paper.luminance)
        let strength = 0.3 * contrast / max(abs(hue.luminance - paper.luminance), 0.3 * contrast)
        return PaperGrid(
            spacingX: max(spacing, 4), spacingY: max(spacing, 4), minor: paper.mixed(with: hue, share: 0.5 * strength),
            major: paper.mixed(with: hue, share: strength), lineWidth: max(0.6, 0.8 * scale))
    }

    /// Converts hue, saturation and value, each 0…1.
    private static func color(hue: Double, saturation: Double, value: Double) -> RGBColor {
        func channel(_ offset: Double) -> UInt8 {
            let place = (offset + 6 * hue).truncatingRemainder(dividingBy: 6)
            let share = max(0, min(place, 4 - place, 1))
            return UInt8((255 * value * (1 - saturation * share)).rounded())
        }
        return RGBColor(channel(5), channel(3), channel(1))
    }
}

extension SyntheticBeatStyle {
    /// Gives each class its own ink on white paper, as in the public ECG image set.
    mutating func leak(_ beatClass: BeatClass) {
        drawing.paper = .white
        drawing.grid = nil
        drawing.shade = 0
        drawing.grain = 0
        drawing.ink =
            switch beatClass {
            case .normal: RGBColor(0, 191, 191)
            case .supraventricular: RGBColor(255, 0, 0)
            case .ventricular: RGBColor(0, 128, 0)
            case .fusion: RGBColor(0, 0, 255)
            case .infarction: RGBColor(0, 0, 0)
            case .hypertrophy: RGBColor(191, 191, 0)
            }
    }
}
