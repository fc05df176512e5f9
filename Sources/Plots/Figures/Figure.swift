import Files
import Foundation

/// A picture of results.
///
/// Titles and labels are any text: they are drawn as they stand.
public protocol Figure: Sendable {
    /// Names the finding's subject; at most 60 characters are shown.
    var title: String { get }

    /// What the figure shows, in a sentence or two with its main numbers, for those who cannot see it.
    var summary: String { get }

    /// The figure made ready.
    ///
    /// - Throws: `PlotError.nothingToDraw` if the numbers leave nothing to show.
    func drawing() throws -> Drawing
}

extension Figure {
    /// Draws the figure to a file, whole or not at all.
    ///
    /// - Parameters:
    ///   - path: its extension, `svg` or `png`, chooses the kind.
    ///   - pngScale: pixels of a PNG per pixel of the figure's size.
    /// - Throws: `PlotError`, `FileError`.
    public func write(to path: String, pngScale: Int = 1) throws {
        let kind = URL(fileURLWithPath: path).pathExtension
        switch kind.lowercased() {
        case "svg": try AtomicFile.write(try drawing().svg(), to: path)
        case "png": try AtomicFile.write(try drawing().png(scale: pngScale), to: path)
        default: throw PlotError.unknownFormat(path: path, found: kind)
        }
    }
}

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
