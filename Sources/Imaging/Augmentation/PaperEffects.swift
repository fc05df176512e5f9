import Foundation
import LinearAlgebra

/// Colors of ink and paper, and the traces of printer, scanner and file format.
struct PaperEffects: Sendable, Equatable {
    let hasHardEdges: Bool
    /// Strength of the strongest grid lines, as a share of the ink's contrast; 0 for no grid.
    let grid: Float
    /// Side of a small square and width of its line in shorter sides, and offset of the first square.
    let square: Double
    let squareLine: Double
    let squareStart: SIMD2<Double>
    let ink: SIMD3<Float>
    let paper: SIMD3<Float>
    /// The share of the light that is lost toward `shadeDirection`.
    let shade: Float
    let shadeDirection: Double
    /// σ in shorter sides.
    let blur: Double
    /// σ as a share of the ink's contrast.
    let noise: Float
    /// JPEG quality 1…100; nil for no compression.
    let quality: Int?
    /// The seed of the noise.
    let seed: UInt64

    init(_ strengths: AugmentationStrengths, _ random: inout SeededGenerator) {
        func chance() -> Double { random.uniform() < strengths.probability ? 1 : 0 }
        // Some pictures with this effect keep soft edges, because soft edges are more common.
        hasHardEdges = chance() * strengths.antiAliasing > random.uniform()
        grid = Float(chance() * strengths.grid * random.uniform(in: 0.4 ... 1))
        square = random.uniform(in: 1.0 / 48 ... 1.0 / 14)
        squareLine = random.uniform(in: 1.0 / 400 ... 1.0 / 240)
        squareStart = SIMD2(random.uniform(), random.uniform())
        (ink, paper) = Self.colors(strengths, isOther: chance() > 0, &random)
        shade = Float(chance() * strengths.shade * random.uniform())
        shadeDirection = 2 * .pi * random.uniform()
        blur = chance() * strengths.blur * random.uniform()
        noise = Float(chance() * strengths.noise * random.uniform())
        let loss = chance() * strengths.jpeg * random.uniform(in: 0.3 ... 1)
        quality = loss > 0 ? max(5, Int((100 * (1 - loss)).rounded())) : nil
        seed = random.next()
    }

    /// Returns `factor` to the power of `exponent`.
    static func power(_ factor: Double, _ exponent: Double) -> Double { exp(log(factor) * exponent) }

    /// Returns black on white, or two colors that differ in one channel by at least the required contrast.
    private static func colors(
        _ strengths: AugmentationStrengths, isOther: Bool, _ random: inout SeededGenerator
    ) -> (ink: SIMD3<Float>, paper: SIMD3<Float>) {
        let contrast = 255 * Float(1 - strengths.ink * random.uniform())
        let isDark = random.uniform() < strengths.inversion
        // One random channel has the full contrast; the other two vary within it. Paper is pale.
        let level = Float(random.uniform()) * (255 - contrast)
        let tint = SIMD3<Float>(Float(random.uniform()), Float(random.uniform()), Float(random.uniform()))
        let strongest = random.integer(below: 3)
        guard isOther, strengths.ink > 0 else { return (.zero, SIMD3(repeating: 255)) }
        var (dark, light) = (SIMD3<Float>(repeating: level), SIMD3<Float>(repeating: level + contrast))
        for channel in 0 ..< 3 where channel != strongest { dark[channel] += tint[channel] * contrast }
        light += 0.3 * tint.x * (SIMD3(repeating: 255) - light)
        return isDark ? (light, dark) : (dark, light)
    }

    private var isBlackOnWhite: Bool {
        shade == 0 && noise == 0 && quality == nil && ink == .zero && paper == SIMD3(repeating: 255)
    }

    /// - Parameter coverage: the ink's coverage, height × width, 0…1.
    /// - Throws: `ImageError.cannotEncode`.
    func page(of coverage: [Float], width: Int, height: Int, name: String) throws -> Page {
        var coverage = coverage
        if hasHardEdges {
            for index in coverage.indices where coverage[index] > 0 { coverage[index] = coverage[index] < 0.5 ? 0 : 1 }
        }
        if grid > 0 { addGrid(to: &coverage, width: width, height: height) }
        if blur > 0 {
            coverage = CoverageBlur.applied(
                to: coverage, width: width, height: height, sigma: blur * Double(min(width, height)))
        }
        let pixels = isBlackOnWhite ? blackOnWhite(coverage) : colored(coverage, width: width, height: height)
        let page = Page(width: width, height: height, pixels: pixels)
        guard let quality else { return page }
        return try JPEGCompression(quality: quality).apply(to: page, name: name)
    }

    private func addGrid(to coverage: inout [Float], width: Int, height: Int) {
        let side = Double(min(width, height))
        let columns = lines(count: width, pitch: square * side, start: squareStart.x, width: squareLine * side)
        let rows = lines(count: height, pitch: square * side, start: squareStart.y, width: squareLine * side)
        coverage.withUnsafeMutableBufferPointer { coverage in
            for y in 0 ..< height {
                let row = coverage.baseAddress! + y * width
                for x in 0 ..< width { row[x] = max(row[x], max(columns[x], rows[y])) }
            }
        }
    }

    /// Returns the strength of the grid line at each pixel along an axis; every fifth line is strong.
    private func lines(count: Int, pitch: Double, start: Double, width: Double) -> [Float] {
        var strengths = [Float](repeating: 0, count: count)
        // Closer lines would cover more of the page than the paper between them.
        guard pitch >= 5 else { return strengths }
        let half = max(width, 1) / 2
        for number in 0 ..< Int(Double(count) / pitch) + 7 {
            let center = (Double(number) - 5 * start) * pitch
            let strength = number % 5 == 0 ? grid : 0.6 * grid
            guard center + half > 0, center - half < Double(count) else { continue }
            for pixel in max(Int(center - half), 0) ..< min(Int((center + half).rounded(.up)), count) {
                let covered = min(center + half, Double(pixel) + 1) - max(center - half, Double(pixel))
                strengths[pixel] = max(strengths[pixel], strength * Float(max(covered, 0)))
            }
        }
        return strengths
    }

    private func blackOnWhite(_ coverage: [Float]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 3 * coverage.count) { out, count in
            coverage.withUnsafeBufferPointer { coverage in
                for index in coverage.indices {
                    let level = UInt8(truncatingIfNeeded: Int32(255.5 - 255 * coverage[index]))
                    (out[3 * index], out[3 * index + 1], out[3 * index + 2]) = (level, level, level)
                }
            }
            count = 3 * coverage.count
        }
    }

    private func colored(_ coverage: [Float], width: Int, height: Int) -> [UInt8] {
        let direction = SIMD2(Float(cos(shadeDirection)), Float(sin(shadeDirection)))
        let span = abs(direction.x) * Float(width) + abs(direction.y) * Float(height)
        let contrast = ink - paper
        let levels = noise * max(abs(contrast.x), max(abs(contrast.y), abs(contrast.z)))
        // Scalars, because the standard library's conversions of short vectors are many times slower.
        let (red, green, blue) = (paper.x, paper.y, paper.z)
        func stored(_ level: Float) -> UInt8 { UInt8(truncatingIfNeeded: Int32(min(max(level + 0.5, 0), 255))) }
        var random = SeededGenerator(seed: seed)
        return [UInt8](unsafeUninitializedCapacity: 3 * coverage.count) { out, count in
            coverage.withUnsafeBufferPointer { coverage in
                for y in 0 ..< height {
                    let down = (Float(y) - Float(height) / 2) * direction.y
                    for x in 0 ..< width {
                        let index = y * width + x
                        let share = coverage[index]
                        let place = ((Float(x) - Float(width) / 2) * direction.x + down) / span + 0.5
                        let light = 1 - shade * min(max(place, 0), 1)
                        let own = levels > 0 ? Self.noise(random.next()) : .zero
                        out[3 * index] = stored((red + share * contrast.x) * light + levels * own.x)
                        out[3 * index + 1] = stored((green + share * contrast.y) * light + levels * own.y)
                        out[3 * index + 2] = stored((blue + share * contrast.z) * light + levels * own.z)
                    }
                }
            }
            count = 3 * coverage.count
        }
    }

    /// Returns three variates of mean 0 and variance 1 from 64 random bits.
    ///
    /// Each is the sum of four uniform 5-bit values, which approximates a normal variate well enough for a pixel.
    private static func noise(_ bits: UInt64) -> SIMD3<Float> {
        func sum(_ shift: UInt64) -> Float {
            let own = bits >> shift
            return Float(
                Int32(truncatingIfNeeded: (own & 31) + (own >> 5 & 31) + (own >> 10 & 31) + (own >> 15 & 31)))
        }
        // Four uniform values of 0…31: mean 62, variance 4 · 1023 / 12.
        let scale: Float = 1 / 18.466_185
        return SIMD3((sum(0) - 62) * scale, (sum(20) - 62) * scale, (sum(40) - 62) * scale)
    }
}
