import Files
import Foundation

/// A figure of results.
///
/// Titles and labels may be any text; they are drawn literally.
public protocol Figure: Sendable {
    /// The title; at most 60 characters are shown.
    var title: String { get }

    /// A text alternative with the main numbers, in one or two sentences.
    var summary: String { get }

    /// Prepares the figure for gnuplot.
    ///
    /// - Throws: `PlotError.nothingToDraw` if there is nothing to show.
    func drawing() throws -> Drawing
}

extension Figure {
    /// Draws the figure to a file atomically.
    ///
    /// - Parameters:
    ///   - path: the path; its extension, `svg` or `png`, determines the format.
    ///   - pngScale: pixels of the PNG per pixel of the figure's size.
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

    /// Returns a size 800 pixels wide, with height `each` for every row, limited to what fits a page.
    static func rows(_ rows: Int, each: Int, besides: Int) -> FigureSize {
        FigureSize(height: min(max(rows * each + besides, 260), 2400))
    }
}
