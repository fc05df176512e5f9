import Foundation
import LinearAlgebra

/// How strokes are laid on another page: stretched, on a wandering baseline, turned, seen askew, and cut out.
struct StrokeGeometry: Sendable, Equatable {
    let stretch: SIMD2<Double>
    /// Height in shorter sides, waves per page width, phase.
    let wander: (height: Double, waves: Double, phase: Double)
    /// Radians.
    let angle: Double
    /// How scale changes across and down the page.
    let perspective: SIMD2<Double>
    /// Of width and height cut off; negative adds a margin.
    let cut: SIMD2<Double>
    /// What part of it is cut off at the left and at the top.
    let cutStart: SIMD2<Double>
    /// Pixels along a side, against the original.
    let resolution: Double

    init(_ strengths: AugmentationStrengths, _ random: inout SeededGenerator) {
        func chance() -> Double { random.uniform() < strengths.probability ? 1 : 0 }
        func signed(_ strength: Double) -> Double { chance() * strength * random.uniform(in: -1 ... 1) }
        stretch = SIMD2(exp(signed(strengths.stretchTime)), exp(signed(strengths.stretchAmplitude)))
        wander = (signed(strengths.wander), random.uniform(in: 0.3 ... 1.5), 2 * .pi * random.uniform())
        angle = signed(strengths.rotation) * .pi / 180
        perspective = SIMD2(signed(strengths.perspective), signed(strengths.perspective))
        // Cut off more often than surrounded: screenshots lose margins.
        let isCut = chance()
        cut = SIMD2(
            isCut * strengths.crop * random.uniform(in: -0.5 ... 1),
            isCut * strengths.crop * random.uniform(in: -0.5 ... 1))
        cutStart = SIMD2(random.uniform(), random.uniform())
        resolution = PaperEffects.power(strengths.resolution, signed(1))
    }

    /// Pixels of the new page, 32 at least along each side.
    func pageSize(of strokes: InkStrokes) -> (width: Int, height: Int) {
        // Where the resolution is left, a page that is not cut keeps its size to the pixel.
        (
            max(32, Int((Double(strokes.width) * (1 - cut.x) * resolution).rounded())),
            max(32, Int((Double(strokes.height) * (1 - cut.y) * resolution).rounded()))
        )
    }

    /// x, y and radius for each point, in pixels of the new page.
    func points(of strokes: InkStrokes, lineWidth: Double) -> [Float] {
        let (width, height) = (Double(strokes.width), Double(strokes.height))
        let side = min(width, height)
        let (cosine, sine) = (cos(angle), sin(angle))
        let offset = SIMD2(cut.x * cutStart.x * width, cut.y * cutStart.y * height)
        // A wider pen adds to both sides of whatever it drew, blots too; a thinner one leaves each line its share.
        let factor = Float(min(lineWidth, 1) * resolution)
        let added = Float(max(lineWidth - 1, 0) * resolution) * strokes.penRadius
        var points = strokes.points
        points.withUnsafeMutableBufferPointer { points in
            for index in stride(from: 0, to: points.count, by: 3) {
                // From the page's middle, in shorter sides.
                var x = (Double(points[index]) - width / 2) / side * stretch.x
                var y = (Double(points[index + 1]) - height / 2) / side * stretch.y
                if wander.height != 0 {
                    y += wander.height * sin(2 * .pi * wander.waves * x * side / width + wander.phase)
                }
                (x, y) = (cosine * x - sine * y, sine * x + cosine * y)
                // No point within a page's length gets near the horizon.
                let depth = max(1 + perspective.x * x + perspective.y * y, 0.25)
                x = x / depth * side + width / 2 - offset.x
                y = y / depth * side + height / 2 - offset.y
                points[index] = Float(x * resolution)
                points[index + 1] = Float(y * resolution)
                points[index + 2] = factor * points[index + 2] + added
            }
        }
        return points
    }

    static func == (first: StrokeGeometry, second: StrokeGeometry) -> Bool {
        first.stretch == second.stretch && first.wander == second.wander && first.angle == second.angle
            && first.perspective == second.perspective && first.cut == second.cut
            && first.cutStart == second.cutStart && first.resolution == second.resolution
    }
}
