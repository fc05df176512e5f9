import LinearAlgebra

/// Another ink on another paper.
///
/// Each pixel becomes a mixture of the new ink and the new paper in the shares that it had of the old ones
/// (`InkCoverage`): edges stay as soft as they were, and what was faint stays faint. Two colours are drawn, each
/// channel uniform in 0…255, until their greys (BT.601) are at least 80 of 255 apart; a fair coin says which of them
/// is the ink.
struct Recolouring {
    let ink: SIMD3<Float>
    let paper: SIMD3<Float>

    /// Less is hard to read for people too.
    static let leastContrast: Float = 80

    init(_ random: inout SeededGenerator) {
        func colour() -> SIMD3<Float> {
            SIMD3(
                Float(random.integer(below: 256)), Float(random.integer(below: 256)), Float(random.integer(below: 256)))
        }
        func grey(_ colour: SIMD3<Float>) -> Float { (colour * SIMD3(0.299, 0.587, 0.114)).sum() }
        var pair = (colour(), colour())
        while abs(grey(pair.0) - grey(pair.1)) < Self.leastContrast { pair = (colour(), colour()) }
        let isDarkFirst = grey(pair.0) < grey(pair.1)
        let (dark, light) = isDarkFirst ? pair : (pair.1, pair.0)
        (ink, paper) = random.uniform() < 0.5 ? (light, dark) : (dark, light)
    }

    /// - Throws: `ImageError.noInk`.
    func apply(to page: Page, name: String) throws -> Page {
        let coverage = try InkCoverage(page, name: name)
        return page.redrawn(on: coverage.paper) { index, _, _ in paper + coverage.values[index] * (ink - paper) }
    }
}
