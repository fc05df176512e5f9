import Imaging

/// Draws a saliency map as a heat map below the trace of an ECG.
///
/// Paper is white, regions whose covering lowers the score are orange, the trace is near black, and the strongest
/// window has a blue outline. Orange and blue are distinguishable with every kind of color vision. The outline does
/// not rely on color.
///
/// - Source: Okabe & Ito, Color Universal Design, 2008 (the colors).
struct SaliencyOverlay {
    /// The largest width and height of the drawing, in pixels.
    static let longestSide = 864

    private static let heat = SIMD3<Float>(230, 140, 0)
    private static let outline = SIMD3<Float>(0, 114, 178)
    private static let ink = SIMD3<Float>(24, 24, 27)

    /// - Parameters:
    ///   - page: The original picture.
    ///   - frame: The part of the picture that the network received.
    static func draw(_ map: SaliencyMap, over page: Page, frame: Page.Frame) -> Page {
        let coverage = page.inkShares
        let shrink = min(1, Double(longestSide) / Double(max(page.width, page.height)))
        let width = max(1, Int((Double(page.width) * shrink).rounded()))
        let height = max(1, Int((Double(page.height) * shrink).rounded()))
        let trace = Resampling.area.resize(coverage, width: width, height: height)
        let highest = Float(max(map.values.max() ?? 0, .leastNormalMagnitude))
        let marked = map.strongest.map { outlined($0.window, frame, page, width, height) }
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        for y in 0 ..< height {
            for x in 0 ..< width {
                let place = (
                    x: ((Double(x) + 0.5) / Double(width) * Double(page.width) - Double(frame.left))
                        / Double(frame.width),
                    y: ((Double(y) + 0.5) / Double(height) * Double(page.height) - Double(frame.top))
                        / Double(frame.height)
                )
                var color = SIMD3<Float>(repeating: 255)
                if (0 ... 1).contains(place.x), (0 ... 1).contains(place.y) {
                    let share = max(0, Float(map.value(x: place.x, y: place.y))) / highest
                    color = mix(color, heat, share)
                }
                if let marked, marked.isOnBorder(x, y) { color = outline }
                color = mix(color, ink, Float(trace.pixels[y * width + x]) / 255)
                for channel in 0 ..< 3 {
                    pixels[3 * (y * width + x) + channel] = UInt8(min(max(color[channel].rounded(), 0), 255))
                }
            }
        }
        return Page(width: width, height: height, pixels: pixels)
    }

    private static func mix(_ under: SIMD3<Float>, _ over: SIMD3<Float>, _ share: Float) -> SIMD3<Float> {
        under + (over - under) * share
    }

    /// A rectangle with lines of two pixels, in pixels of the drawing.
    private struct Outline {
        let (left, top, right, bottom): (Int, Int, Int, Int)

        func isOnBorder(_ x: Int, _ y: Int) -> Bool {
            (left ..< right).contains(x) && (top ..< bottom).contains(y)
                && (x - left < 2 || right - x <= 2 || y - top < 2 || bottom - y <= 2)
        }
    }

    private static func outlined(
        _ window: OccludedPicture.Window, _ frame: Page.Frame, _ page: Page, _ width: Int, _ height: Int
    ) -> Outline {
        let region = SaliencyRegion(window, frame: frame, page: page)
        return Outline(
            left: Int(region.left * Double(width)), top: Int(region.top * Double(height)),
            right: Int((region.right * Double(width)).rounded(.up)),
            bottom: Int((region.bottom * Double(height)).rounded(.up)))
    }
}
