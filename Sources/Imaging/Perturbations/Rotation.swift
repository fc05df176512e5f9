import Foundation

/// Rotates a page about its center, like a page that lay askew on the scanner. The size stays.
///
/// Pixels are interpolated (bilinear). Pixels from beyond the page get the median color of the paper's blocks
/// (`PaperMap`).
struct Rotation {
    /// Rotation angle; positive is clockwise.
    let degrees: Double

    func apply(to page: Page) -> Page {
        let paper = PaperMap(page).median.map(Float.init)
        let beyond = SIMD3(paper[0], paper[1], paper[2])
        let (width, height) = (page.width, page.height)
        let angle = degrees * .pi / 180
        let (cosine, sine) = (cos(angle), sin(angle))
        let middle = (x: Double(width) / 2, y: Double(height) / 2)
        let turned = [UInt8](unsafeUninitializedCapacity: page.pixels.count) { out, count in
            page.pixels.withUnsafeBufferPointer { pixels in
                func pixel(_ x: Int, _ y: Int) -> SIMD3<Float> {
                    guard x >= 0, y >= 0, x < width, y < height else { return beyond }
                    let index = 3 * (y * width + x)
                    return SIMD3(Float(pixels[index]), Float(pixels[index + 1]), Float(pixels[index + 2]))
                }
                for y in 0 ..< height {
                    for x in 0 ..< width {
                        let (dx, dy) = (Double(x) + 0.5 - middle.x, Double(y) + 0.5 - middle.y)
                        let fromX = cosine * dx + sine * dy + middle.x - 0.5
                        let fromY = cosine * dy - sine * dx + middle.y - 0.5
                        let (left, top) = (fromX.rounded(.down), fromY.rounded(.down))
                        let (right, lower) = (Float(fromX - left), Float(fromY - top))
                        let (column, row) = (Int(left), Int(top))
                        let above = (1 - right) * pixel(column, row) + right * pixel(column + 1, row)
                        let below = (1 - right) * pixel(column, row + 1) + right * pixel(column + 1, row + 1)
                        let mixed = (1 - lower) * above + lower * below
                        let index = 3 * (y * width + x)
                        for channel in 0 ..< 3 { out[index + channel] = UInt8(min(mixed[channel].rounded(), 255)) }
                    }
                }
            }
            count = page.pixels.count
        }
        return Page(width: width, height: height, pixels: turned)
    }
}
