import Foundation
import LinearAlgebra

/// A geometric change of strokes: stretch, baseline wander, rotation, perspective and crop.
struct StrokeGeometry: Sendable, Equatable {
    let stretch: SIMD2<Double>
    /// Height in shorter sides, number of waves per page width, and phase.
    let wander: (height: Double, waves: Double, phase: Double)
    /// Rotation in radians.
    let angle: Double
    /// The change of scale across and down the page.
    let perspective: SIMD2<Double>
    /// The share of width and height that is cut off; a negative value adds a margin.
    let cut: SIMD2<Double>
    /// The part of the cut that is taken at the left and at the top.
    let cutStart: SIMD2<Double>
    /// The factor of the number of pixels along a side.
    let resolution: Double

    init(_ strengths: AugmentationStrengths, _ random: inout SeededGenerator) {
        func chance() -> Double { random.uniform() < strengths.probability ? 1 : 0 }
        func signed(_ strength: Double) -> Double { chance() * strength * random.uniform(in: -1 ... 1) }
        stretch = SIMD2(exp(signed(strengths.stretchTime)), exp(signed(strengths.stretchAmplitude)))
        wander = (signed(strengths.wander), random.uniform(in: 0.3 ... 1.5), 2 * .pi * random.uniform())
        angle = signed(strengths.rotation) * .pi / 180
        perspective = SIMD2(signed(strengths.perspective), signed(strengths.perspective))
        // Cuts are more frequent than margins, because screenshots lose margins.
        let isCut = chance()
        cut = SIMD2(
            isCut * strengths.crop * random.uniform(in: -0.5 ... 1),
            isCut * strengths.crop * random.uniform(in: -0.5 ... 1))
        cutStart = SIMD2(random.uniform(), random.uniform())
        resolution = PaperEffects.power(strengths.resolution, signed(1))
    }

    /// Returns the size of the new page in pixels, at least 32 along each side.
    func pageSize(of strokes: InkStrokes) -> (width: Int, height: Int) {
        // At resolution 1, a page without a cut keeps its exact size.
        (
            max(32, Int((Double(strokes.width) * (1 - cut.x) * resolution).rounded())),
            max(32, Int((Double(strokes.height) * (1 - cut.y) * resolution).rounded()))
        )
    }

    /// Returns x, y and radius of each point, in pixels of the new page.
    func points(of strokes: InkStrokes, lineWidth: Double) -> [Float] {
        let (width, height) = (Double(strokes.width), Double(strokes.height))
        let side = min(width, height)
        let (cosine, sine) = (cos(angle), sin(angle))
        let offset = SIMD2(cut.x * cutStart.x * width, cut.y * cutStart.y * height)
        // A wider pen adds the same width to all it drew, blots included; a thinner one scales each line.
        let factor = Float(min(lineWidth, 1) * resolution)
        let added = Float(max(lineWidth - 1, 0) * resolution) * strokes.penRadius
        var points = strokes.points
        points.withUnsafeMutableBufferPointer { points in
            for index in stride(from: 0, to: points.count, by: 3) {
                // Coordinates relative to the page's center, in shorter sides.
                var x = (Double(points[index]) - width / 2) / side * stretch.x
                var y = (Double(points[index + 1]) - height / 2) / side * stretch.y
                if wander.height != 0 {
                    y += wander.height * sin(2 * .pi * wander.waves * x * side / width + wander.phase)
                }
                (x, y) = (cosine * x - sine * y, sine * x + cosine * y)
                // The bound keeps points away from the horizon.
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
