import Foundation
import Imaging
import Inference

/// The figure of a report.
struct ReportFigure: Equatable, Sendable {
    static let contentID = "figure"

    let png: Data
    let caption: String

    /// Creates the figure: the saliency map of the first decided label, or else the picture, or else the scores as bars.
    ///
    /// - Parameters:
    ///   - explained: The same prediction with saliency maps.
    ///   - picture: The original or stored picture. Its metadata are dropped.
    /// - Throws: `ImageError`.
    init(_ prediction: Prediction, explained: Prediction?, picture: Data?, limits: Page.Limits) throws {
        let decided = prediction.uncertain ? [] : explained?.labels.filter(\.decided) ?? []
        let saliency = decided.lazy.compactMap(\.saliency).first { $0.png != nil }
        if let saliency, let png = saliency.png {
            self.init(png: try Self.reduced(png, limits: Page.Limits()), caption: saliency.text)
        } else if let picture {
            self.init(png: try Self.reduced(picture, limits: limits), caption: "The uploaded picture.")
        } else {
            self.init(
                png: try Self.bars(prediction.labels.map(\.score)),
                caption: "Scores from 0 to 100 %, from top to bottom: "
                    + prediction.labels.map { "\($0.shownName) (\($0.code))" }.joined(separator: ", ") + ".")
        }
    }

    /// The maximum width and height of the figure, because mail servers reject large messages.
    static let greatestSide = 1600

    /// Returns the pixels as PNG, averaged over squares if the picture is too large.
    private static func reduced(_ picture: Data, limits: Page.Limits) throws -> Data {
        let page = try Page(decoding: picture, name: "figure", limits: limits)
        let factor = (max(page.width, page.height) + greatestSide - 1) / greatestSide
        guard factor > 1 else { return try page.pngData() }
        let (width, height) = (page.width / factor, page.height / factor)
        var pixels = [UInt8](repeating: 0, count: 3 * width * height)
        for y in 0 ..< height {
            for x in 0 ..< width {
                for channel in 0 ..< 3 {
                    var sum = 0
                    for dy in 0 ..< factor {
                        for dx in 0 ..< factor {
                            sum += Int(page.pixels[3 * ((y * factor + dy) * page.width + x * factor + dx) + channel])
                        }
                    }
                    pixels[3 * (y * width + x) + channel] = UInt8(sum / (factor * factor))
                }
            }
        }
        return try Page(width: width, height: height, pixels: pixels).pngData()
    }

    init(png: Data, caption: String) { (self.png, self.caption) = (png, caption) }

    /// Draws one bar per score, in order, with quarters marked.
    private static func bars(_ scores: [Double]) throws -> Data {
        let (width, row, bar) = (480, 28, 16)
        var pixels = [UInt8](repeating: 255, count: 3 * width * row * max(1, scores.count))
        func fill(_ columns: Range<Int>, _ rows: Range<Int>, _ color: [UInt8]) {
            for y in rows {
                for x in columns {
                    pixels.replaceSubrange(3 * (y * width + x) ..< 3 * (y * width + x) + 3, with: color)
                }
            }
        }
        for (index, score) in scores.enumerated() {
            let top = index * row + (row - bar) / 2
            fill(0 ..< width, top ..< top + bar, [229, 231, 235])
            fill(0 ..< Int((score * Double(width)).rounded()), top ..< top + bar, [29, 78, 137])
            for quarter in 1 ... 3 {
                fill(quarter * width / 4 ..< quarter * width / 4 + 1, top ..< top + bar, [255, 255, 255])
            }
        }
        return try Page(width: width, height: row * max(1, scores.count), pixels: pixels).pngData()
    }
}
