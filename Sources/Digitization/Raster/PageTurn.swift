import Imaging

/// A turn by quarters that makes a page upright.
enum PageTurn: Int {
    case none, clockwise, half, counterclockwise

    /// Fewer names than this do not show which side is up; a turn must bring that many clear names.
    static let leastEvidence = 1.0
    static let clearEvidence = 3.0
    /// Certainty of a clear name.
    static let clear = 0.9

    /// Returns the turns that can make a page upright, the most likely first.
    static func candidates(for page: Page) -> [PageTurn] {
        isLikely(PageInk(page)) ? [.clockwise, .counterclockwise, .half] : [.half]
    }

    /// Whether a page may lie on its side.
    ///
    /// Traces run along the page: across them, ink begins and ends much more often than along them. Many tall QRS
    /// complexes can outweigh that, so this is a reason to try turns, not to believe them.
    static func isLikely(_ ink: PageInk) -> Bool {
        var (across, down) = (0, 0)
        ink.ink.withUnsafeBufferPointer { values in
            for y in stride(from: 1, to: ink.height - 1, by: 2) {
                let base = y * ink.width
                for x in 1 ..< ink.width {
                    let isInk = values[base + x] > 127
                    if isInk != (values[base + x - 1] > 127) { across += 1 }
                    if isInk != (values[base + x - ink.width] > 127) { down += 1 }
                }
            }
        }
        return Double(across) > sidewaysShare * Double(down)
    }

    private static let sidewaysShare = 1.25

    /// Returns the number of different lead names that were read, by certainty.
    ///
    /// Strokes are alike on all sides: I, II and III do not count.
    ///
    /// - Parameter certainty: names that are less certain do not count.
    static func evidence(_ page: ReadPage, certainty: Double = 0.5) -> Double {
        var names: [String: Double] = [:]
        for word in page.words {
            guard let name = LeadName(word.text), name.certainty > certainty, name.name.count > 1,
                !name.name.allSatisfy({ $0 == "I" })
            else { continue }
            names[name.name] = max(names[name.name] ?? 0, word.confidence)
        }
        return names.values.sorted().reduce(0, +)
    }

    /// Returns the turned picture.
    func applied(to page: Page) -> Page {
        let (width, height) = (page.width, page.height)
        let (newWidth, newHeight) = self == .half || self == .none ? (width, height) : (height, width)
        let pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { out, count in
            page.pixels.withUnsafeBufferPointer { pixels in
                for y in 0 ..< newHeight {
                    for x in 0 ..< newWidth {
                        let source: Int
                        switch self {
                        case .none: source = y * width + x
                        case .clockwise: source = (height - 1 - x) * width + y
                        case .half: source = (height - 1 - y) * width + width - 1 - x
                        case .counterclockwise: source = x * width + width - 1 - y
                        }
                        let place = 3 * (y * newWidth + x)
                        for channel in 0 ..< 3 { out[place + channel] = pixels[3 * source + channel] }
                    }
                }
            }
            count = 3 * width * height
        }
        return Page(width: newWidth, height: newHeight, pixels: pixels)
    }

    /// Makes the mesh of a turned page lead to the picture as it was given.
    ///
    /// - Parameters:
    ///   - width: the turned picture's width in pixels.
    ///   - height: its height.
    func undo(_ read: inout ReadPage, width: Int, height: Int) {
        guard self != .none else { return }
        let (right, bottom) = (Double(width), Double(height))
        let nodes = read.mapping.nodes.map { node in
            switch self {
            case .none: node
            case .clockwise: PageMapping.Point(x: node.y, y: right - node.x)
            case .half: PageMapping.Point(x: right - node.x, y: bottom - node.y)
            case .counterclockwise: PageMapping.Point(x: bottom - node.y, y: node.x)
            }
        }
        read.mapping = PageMapping(
            columns: read.mapping.columns, rows: read.mapping.rows, spacingX: read.mapping.spacingX,
            spacingY: read.mapping.spacingY, nodes: nodes)
        let degrees = read.grid.rotationDegrees - 90 * Double(rawValue)
        read.grid.rotationDegrees = degrees < -180 ? degrees + 360 : degrees
    }
}
