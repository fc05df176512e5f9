import LinearAlgebra

/// A random change of one picture: drawn once from strengths and a generator, then applied.
///
/// Every draw takes the same number of random values, whatever the strengths, so that switching off one effect leaves
/// the others as they are.
public struct Augmentation: Sendable, Equatable {
    /// Whether the picture stays unchanged.
    public let isIdentity: Bool
    let geometry: StrokeGeometry
    let paper: PaperEffects
    /// Factor of the line width.
    let lineWidth: Double
    /// Rectangles without ink: left, top, right, bottom as shares of the page's width and height.
    let erased: [SIMD4<Float>]

    public init(_ strengths: AugmentationStrengths, _ random: inout SeededGenerator) {
        func chance() -> Double { random.uniform() < strengths.probability ? 1 : 0 }
        let isChanged = random.uniform() < strengths.share
        // Lines get either thinner or thicker; the factor is uniform on a logarithmic scale on each side.
        let isThinner = random.uniform() < (strengths.thicker <= 1 ? 1 : strengths.thinner >= 1 ? 0 : 0.4)
        let exponent = chance() * random.uniform()
        lineWidth = PaperEffects.power(isThinner ? strengths.thinner : strengths.thicker, exponent)
        geometry = StrokeGeometry(strengths, &random)
        var erased: [SIMD4<Float>] = []
        let rectangles = Int(chance()) * (1 + random.integer(below: 2))
        for number in 0 ..< 2 {
            let size = (x: strengths.erase * random.uniform(), y: strengths.erase * random.uniform())
            let place = (x: random.uniform() * (1 - size.x), y: random.uniform() * (1 - size.y))
            guard number < rectangles, strengths.erase > 0 else { continue }
            erased.append(
                SIMD4(Float(place.x), Float(place.y), Float(place.x + size.x), Float(place.y + size.y)))
        }
        self.erased = erased
        paper = PaperEffects(strengths, &random)
        isIdentity = !isChanged
    }

    /// Draws the strokes, changed in geometry and line width, on paper with the drawn effects.
    ///
    /// - Throws: `ImageError.cannotEncode` if the page is too large for JPEG.
    public func page(of strokes: InkStrokes, name: String) throws -> Page {
        let size = geometry.pageSize(of: strokes)
        let points = geometry.points(of: strokes, lineWidth: lineWidth)
        var pen = StrokePen(width: size.width, height: size.height)
        let scale = SIMD2(1 / Float(size.width), 1 / Float(size.height))
        pen.draw(points, lengths: strokes.lengths) { middle in
            let place = middle * scale
            return !erased.contains { $0.x <= place.x && place.x < $0.z && $0.y <= place.y && place.y < $0.w }
        }
        return try paper.page(of: pen.coverage, width: size.width, height: size.height, name: name)
    }
}
