import LinearAlgebra

/// Replaces the colors of ink and paper.
///
/// Each pixel becomes a mixture of the new colors in the proportions of the old ones (`InkCoverage`). Soft edges stay
/// soft and faint parts stay faint. Two colors are drawn, each channel uniform in 0…255, until their gray levels
/// (BT.601) differ by at least 80 of 255. A fair coin decides which of them is the ink.
struct Recoloring {
    let ink: SIMD3<Float>
    let paper: SIMD3<Float>

    /// A smaller contrast is hard to read for people too.
    static let minimumContrast: Float = 80

    init(_ random: inout SeededGenerator) {
        func color() -> SIMD3<Float> {
            SIMD3(
                Float(random.integer(below: 256)), Float(random.integer(below: 256)), Float(random.integer(below: 256)))
        }
        func gray(_ color: SIMD3<Float>) -> Float { (color * SIMD3(0.299, 0.587, 0.114)).sum() }
        var pair = (color(), color())
        while abs(gray(pair.0) - gray(pair.1)) < Self.minimumContrast { pair = (color(), color()) }
        let isDarkFirst = gray(pair.0) < gray(pair.1)
        let (dark, light) = isDarkFirst ? pair : (pair.1, pair.0)
        (ink, paper) = random.uniform() < 0.5 ? (light, dark) : (dark, light)
    }

    /// - Throws: `ImageError.noInk`.
    func apply(to page: Page, name: String) throws -> Page {
        let coverage = try InkCoverage(page, name: name)
        return page.redrawn(on: coverage.paper) { index, _, _ in paper + coverage.values[index] * (ink - paper) }
    }
}
