/// The paths of one page of a PDF, as `pdftocairo -svg` writes them.
///
/// Glyphs, clip paths and patterns are left out. Coordinates are points (1/72 inch), x to the right, y downward.
struct VectorDrawing: Sendable {
    struct Point: Equatable, Sendable {
        var x: Double
        var y: Double
    }

    struct Color: Hashable, Sendable {
        var red: UInt8
        var green: UInt8
        var blue: UInt8
    }

    /// A connected line.
    struct Line: Sendable {
        var points: [Point]
        var isClosed: Bool
        /// nil for a line that is only filled.
        var stroke: Color?
        /// Width of the pen in points.
        var width: Double
        var isFilled: Bool
    }

    var width = 0.0
    var height = 0.0
    var lines: [Line] = []
    /// The largest share of the page that a picture covers, 0…1.
    var pictureShare = 0.0

    /// Limits of a drawing.
    struct Limits: Sendable {
        var points = 2_000_000
        var lines = 500_000
        var depth = 256
    }

    /// - Throws: `VectorDrawingError`.
    init(svg: [UInt8], limits: Limits = Limits()) throws(VectorDrawingError) {
        var parser = SVGParser(limits: limits)
        do {
            try svg.withUnsafeBufferPointer { try parser.parse($0) }
        } catch let error as VectorDrawingError {
            throw error
        } catch {
            throw .damaged
        }
        width = parser.width
        height = parser.height
        lines = parser.lines
        pictureShare = width * height > 0 ? min(1, parser.largestPicture / (width * height)) : 0
    }
}

/// The reasons why a drawing cannot be read.
enum VectorDrawingError: Error, Equatable {
    case damaged
    case tooLarge
}
