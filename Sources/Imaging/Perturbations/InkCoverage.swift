/// The share of ink in each pixel and the colors of ink and paper, from which a page can be redrawn.
///
/// Coverage is a pixel's distance from its paper over the ink's contrast, both as measured by `InkMask`, at most 1.
/// Anything fainter than the trace, such as a grid or noise, has a low coverage.
struct InkCoverage {
    let width: Int
    let height: Int
    /// height × width, 0…1.
    let values: [Float]
    /// The contrast between ink and paper, 1…255.
    let contrast: Int
    let paper: PaperMap
    /// The mean color, 0…255, of the pixels with a coverage of at least 0.9.
    let ink: SIMD3<Float>

    /// - Throws: `ImageError.noInk` for a page without enough contrast.
    init(_ page: Page, name: String) throws {
        let distances = InkMask.distances(page)
        let contrast = InkMask.contrast(of: distances)
        guard contrast >= InkMask.minimumContrast else {
            throw ImageError.noInk(file: name, finding: .contrast(found: contrast, bound: InkMask.minimumContrast))
        }
        width = page.width
        height = page.height
        self.contrast = contrast
        paper = PaperMap(page)
        let values = distances.withUnsafeBufferPointer { distances in
            distances.map { min(Float($0) / Float(contrast), 1) }
        }
        self.values = values
        ink = page.pixels.withUnsafeBufferPointer { pixels in
            var (sum, count) = (SIMD3<Double>.zero, 0.0)
            for index in values.indices where values[index] >= 0.9 {
                sum += SIMD3(Double(pixels[3 * index]), Double(pixels[3 * index + 1]), Double(pixels[3 * index + 2]))
                count += 1
            }
            return SIMD3<Float>(sum / max(count, 1))
        }
    }
}

extension Page {
    /// Returns a page of the same size whose pixels are computed from this page's pixels and paper.
    ///
    /// - Parameter color: receives the pixel's index, its color and the paper's color, 0…255. Its result is rounded and
    ///   clipped.
    func redrawn(on paper: PaperMap, _ color: (Int, SIMD3<Float>, SIMD3<Float>) -> SIMD3<Float>) -> Page {
        let line = UnsafeMutablePointer<Float>.allocate(capacity: 3 * width)
        defer { line.deallocate() }
        let redrawn = [UInt8](unsafeUninitializedCapacity: pixels.count) { out, count in
            pixels.withUnsafeBufferPointer { pixels in
                for y in 0 ..< height {
                    paper.row(y, width: width, height: height, into: line)
                    for x in 0 ..< width {
                        let index = y * width + x
                        let made = color(
                            index,
                            SIMD3(
                                Float(pixels[3 * index]), Float(pixels[3 * index + 1]), Float(pixels[3 * index + 2])),
                            SIMD3(line[3 * x], line[3 * x + 1], line[3 * x + 2]))
                        let level = SIMD3<UInt8>(
                            made.clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255)),
                            rounding: .toNearestOrAwayFromZero)
                        for channel in 0 ..< 3 { out[3 * index + channel] = level[channel] }
                    }
                }
            }
            count = pixels.count
        }
        return Page(width: width, height: height, pixels: redrawn)
    }
}
