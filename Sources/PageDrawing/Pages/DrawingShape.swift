/// One element of a drawing: lines or an area in one color, in millimeters from the paper's top left corner.
package struct DrawingShape: Sendable, Equatable {
    package enum Paint: Sendable, Equatable {
        /// Lines with round ends and joins. A line of one point is a dot.
        case stroke(width: Double)
        /// The area of a rectangle, given as one line of two opposite corners.
        case rectangle
    }

    /// A text that the lines write.
    package struct Text: Sendable, Equatable {
        let content: String
        let box: PaperBox
        /// The left end of the baseline.
        let origin: SIMD2<Double>
    }

    let paint: Paint
    let color: RGBColor
    let lines: [[SIMD2<Double>]]
    let text: Text?
    /// The name for readers of an SVG, for example `II`.
    let title: String?

    private init(
        _ paint: Paint, _ color: RGBColor, _ lines: [[SIMD2<Double>]], text: Text? = nil, title: String? = nil
    ) {
        (self.paint, self.color, self.lines, self.text, self.title) = (paint, color, lines, text, title)
    }

    static func lines(
        _ lines: [[SIMD2<Double>]], width: Double, color: RGBColor, title: String? = nil
    ) -> DrawingShape {
        DrawingShape(.stroke(width: width), color, lines, title: title)
    }

    static func rectangle(_ box: PaperBox, color: RGBColor) -> DrawingShape {
        DrawingShape(.rectangle, color, [[box.origin, box.origin + box.size]])
    }

    /// - Parameters:
    ///   - origin: the left end of the baseline.
    ///   - height: the height of capital letters.
    static func text(
        _ content: String, at origin: SIMD2<Double>, height: Double, color: RGBColor = .black
    ) -> DrawingShape {
        let width = StrokeFont.width(of: content, height: height)
        let box = PaperBox(
            x: origin.x, y: origin.y - height * 10 / 9, width: max(width, height / 9), height: height * 13 / 9)
        return DrawingShape(
            .stroke(width: height * StrokeFont.weight), color,
            StrokeFont.strokes(of: content, at: origin, height: height),
            text: Text(content: content, box: box, origin: origin))
    }
}

/// A rectangle on the paper in millimeters from the top left corner.
package struct PaperBox: Sendable, Equatable {
    package var origin: SIMD2<Double>
    package var size: SIMD2<Double>

    package init(x: Double, y: Double, width: Double, height: Double) {
        (origin, size) = (SIMD2(x, y), SIMD2(width, height))
    }

    /// The corners, clockwise from the top left.
    package var corners: [SIMD2<Double>] {
        [origin, origin + SIMD2(size.x, 0), origin + size, origin + SIMD2(0, size.y)]
    }
}
