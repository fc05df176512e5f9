import Foundation
import LinearAlgebra
import PageDrawing
import Signals

/// Page, paper and pen of one synthetic picture, and where the beat stands on it.
///
/// Nothing here knows the class: two pictures of different classes are drawn from the same distribution. The one
/// exception is asked for by name (`leaking`) and shows what an audit must find.
struct SyntheticBeatStyle: Equatable {
    var drawing: DrawingStyle
    var frame: Frame
    /// Seconds shown before and after the R time.
    var before: Double
    var after: Double

    /// The public set draws its beats on 432 × 288 pixels; here pages are up to a third smaller or larger.
    init(using generator: inout SeededGenerator) {
        let scale = exp(generator.uniform(in: -0.35 ... 0.3))
        let aspect = exp(0.08 * generator.normal())
        let width = Int((432 * scale * aspect).rounded())
        let height = Int((288 * scale / aspect).rounded())

        let (ink, paper) = SyntheticBeatStyle.colours(using: &generator)
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

    /// The page of the public set in black, with seconds enough for its longest window (187 samples at 125 Hz).
    static let publicSet = SyntheticBeatStyle(
        drawing: BeatRendering.publicStyle, frame: BeatRendering.publicFrame, before: 0.1, after: 1.6)

    private init(drawing: DrawingStyle, frame: Frame, before: Double, after: Double) {
        self.drawing = drawing
        self.frame = frame
        self.before = before
        self.after = after
    }

    /// A saturated or grey ink on white, tinted or, seldom, dark paper, never less than 90 grey levels apart.
    private static func colours(using generator: inout SeededGenerator) -> (ink: RGBColour, paper: RGBColour) {
        let dark = generator.uniform() < 0.08
        let tinted = generator.uniform() < 0.5
        while true {
            let ink = colour(
                hue: generator.uniform(), saturation: generator.uniform(),
                value: dark ? generator.uniform(in: 0.75 ... 1) : generator.uniform(in: 0 ... 0.85))
            let tint = colour(
                hue: generator.uniform(), saturation: generator.uniform(in: 0 ... 0.15),
                value: dark ? generator.uniform(in: 0 ... 0.2) : generator.uniform(in: 0.85 ... 1))
            let paper = dark || tinted ? tint : .white
            if abs(ink.luminance - paper.luminance) >= 90 { return (ink, paper) }
        }
    }

    /// Squares of the page, not of mV: the trace is fitted to its frame, and squares that told the voltage would tell
    /// high voltages by their number.
    private static func grid(
        paper: RGBColour, ink: RGBColour, scale: Double, using generator: inout SeededGenerator
    ) -> PaperGrid {
        let spacing = generator.uniform(in: 7 ... 14) * scale
        let hue = RGBColour(220, 90, 90).mixed(with: RGBColour(128, 128, 128), share: generator.uniform())
        // A third of the ink's contrast at most, so that the trace stays the darkest thing on the page.
        let contrast = abs(ink.luminance - paper.luminance)
        let strength = 0.3 * contrast / max(abs(hue.luminance - paper.luminance), 0.3 * contrast)
        return PaperGrid(
            spacingX: max(spacing, 4), spacingY: max(spacing, 4), minor: paper.mixed(with: hue, share: 0.5 * strength),
            major: paper.mixed(with: hue, share: strength), lineWidth: max(0.6, 0.8 * scale))
    }

    /// Hue, saturation and value in 0…1.
    private static func colour(hue: Double, saturation: Double, value: Double) -> RGBColour {
        func channel(_ offset: Double) -> UInt8 {
            let place = (offset + 6 * hue).truncatingRemainder(dividingBy: 6)
            let share = max(0, min(place, 4 - place, 1))
            return UInt8((255 * value * (1 - saturation * share)).rounded())
        }
        return RGBColour(channel(5), channel(3), channel(1))
    }
}

extension SyntheticBeatStyle {
    /// The same page with each class in an ink of its own on white paper, as the public ECG image set has it.
    mutating func leak(_ beatClass: BeatClass) {
        drawing.paper = .white
        drawing.grid = nil
        drawing.shade = 0
        drawing.grain = 0
        drawing.ink =
            switch beatClass {
            case .normal: RGBColour(0, 191, 191)
            case .supraventricular: RGBColour(255, 0, 0)
            case .ventricular: RGBColour(0, 128, 0)
            case .fusion: RGBColour(0, 0, 255)
            case .infarction: RGBColour(0, 0, 0)
            case .hypertrophy: RGBColour(191, 191, 0)
            }
    }
}
