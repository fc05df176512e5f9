/// The size of a figure in pixels (PNG) or CSS pixels (SVG).
public struct FigureSize: Equatable, Sendable {
    public var width: Int
    public var height: Int

    /// - Precondition: both are between 100 and 10,000.
    public init(width: Int = 800, height: Int = 600) {
        precondition(
            (100 ... 10_000).contains(width) && (100 ... 10_000).contains(height), "\(width) × \(height) pixels")
        self.width = width
        self.height = height
    }

    /// 800 pixels wide, with so much height for each of `rows`, but within what fits a page.
    static func rows(_ rows: Int, each: Int, besides: Int) -> FigureSize {
        FigureSize(height: min(max(rows * each + besides, 260), 2400))
    }
}
