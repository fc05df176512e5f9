/// How much of each pixel is ink, and which colours ink and paper have: what it takes to draw a page again.
///
/// Coverage is a pixel's distance from its paper over the ink's own contrast, both as `InkMask` measures them, at
/// most 1. What is fainter than the trace, a grid or noise, has a low coverage.
struct InkCoverage {
    let width: Int
    let height: Int
    /// height × width, 0…1.
    let values: [Float]
    /// The ink's contrast to the paper, 1…255.
    let contrast: Int
    let paper: PaperMap
    /// The mean colour, 0…255, of the pixels that ink covers by nine tenths.
    let ink: SIMD3<Float>

    /// - Throws: `ImageError.noInk` for a page on which nothing stands out.
    init(_ page: Page, name: String) throws {
        let distances = InkMask.distances(page)
        let contrast = InkMask.contrast(of: distances)
        guard contrast >= InkMask.leastContrast else {
            throw ImageError.noInk(file: name, finding: .contrast(found: contrast, bound: InkMask.leastContrast))
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
    /// A page of the same size, each pixel of which is made from this one's and the paper's colour there, 0…255.
    ///
    /// - Parameter colour: gets the pixel's number, the pixel and the paper; what it gives is rounded and clipped.
    func redrawn(on paper: PaperMap, _ colour: (Int, SIMD3<Float>, SIMD3<Float>) -> SIMD3<Float>) -> Page {
        let line = UnsafeMutablePointer<Float>.allocate(capacity: 3 * width)
        defer { line.deallocate() }
        let redrawn = [UInt8](unsafeUninitializedCapacity: pixels.count) { out, count in
            pixels.withUnsafeBufferPointer { pixels in
                for y in 0 ..< height {
                    paper.row(y, width: width, height: height, into: line)
                    for x in 0 ..< width {
                        let index = y * width + x
                        let made = colour(
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
