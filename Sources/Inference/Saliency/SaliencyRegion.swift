import Imaging

/// A region of the original picture, in shares of its width and height from the top left.
public struct SaliencyRegion: Codable, Equatable, Sendable {
    public let left: Double
    public let top: Double
    public let right: Double
    public let bottom: Double

    init(_ window: OccludedPicture.Window, frame: Page.Frame, page: Page) {
        func share(_ cell: Int, _ start: Int, _ length: Int, _ whole: Int) -> Double {
            let pixel = Double(start) + Double(cell) / Double(OccludedPicture.cells) * Double(length)
            return (pixel / Double(whole) * 1000).rounded() / 1000
        }
        left = share(window.column, frame.left, frame.width, page.width)
        right = share(window.column + 2, frame.left, frame.width, page.width)
        top = share(window.row, frame.top, frame.height, page.height)
        bottom = share(window.row + 2, frame.top, frame.height, page.height)
    }

    init(left: Double, top: Double, right: Double, bottom: Double) {
        (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
    }

    /// Describes the position in words: `upper middle (43–57 % of the width, 21–36 % of the height from the top)`.
    public var words: String {
        let column = ["left", "middle", "right"][third(left, right)]
        let place =
            switch third(top, bottom) {
            case 0: "upper \(column)"
            case 2: "lower \(column)"
            default: column == "middle" ? "center" : "\(column), half way up"
            }
        return "\(place) (\(percent(left))–\(percent(right)) % of the width, "
            + "\(percent(top))–\(percent(bottom)) % of the height from the top)"
    }

    private func third(_ low: Double, _ high: Double) -> Int { min(Int((low + high) / 2 * 3), 2) }

    private func percent(_ share: Double) -> Int { Int((share * 100).rounded()) }
}
