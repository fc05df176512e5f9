import Files
import Imaging
import LinearAlgebra

extension ImageProbe {
    /// Returns the probes of a decoded file in the order of the cases; NaN for missing ones.
    public static func values(of page: Page) -> [Double] {
        let ink = PageInk(page)
        let shape = InkShape(ink)
        let levels = GrayLevels(ink.gray)
        return allCases.map { probe in
            switch probe {
            case .darkestGray: Double(levels.darkest)
            case .darkestHue: ink.color(at: ink.gray.firstIndex(of: levels.darkest) ?? 0).hue
            case .modalInkGray: ink.modal?.gray ?? .nan
            case .modalInkHue: ink.modal?.hue ?? .nan
            case .meanInkGray: ink.mean?.gray ?? .nan
            case .meanInkHue: ink.mean?.hue ?? .nan
            case .paperGray: ink.paper.gray
            case .paperHue: ink.paper.hue
            case .grayLevels: Double(levels.count)
            case .smallestGap: levels.smallestGap.map(Double.init) ?? .nan
            case .inkFraction: shape.fraction
            case .leftMargin: shape.left
            case .rightMargin: shape.right
            case .topMargin: shape.top
            case .bottomMargin: shape.bottom
            case .flatEnd: shape.flatEnd
            case .borderInk: shape.nearBorder
            case .width: Double(page.width)
            case .height: Double(page.height)
            case .fileSize, .format, .bitDepth, .channels, .alpha, .progressive, .orientation, .metadata:
                page.source.map { probe.value(of: $0) } ?? .nan
            }
        }
    }

    /// Returns the probes of a preprocessed picture. Training sees no more than this.
    public static func values(of image: GrayImage) -> [Double] {
        let pixels = [UInt8](unsafeUninitializedCapacity: 3 * image.pixels.count) { pixels, count in
            for (index, gray) in image.pixels.enumerated() {
                for channel in 0 ..< 3 { pixels[3 * index + channel] = gray }
            }
            count = 3 * image.pixels.count
        }
        return values(of: Page(width: image.width, height: image.height, pixels: pixels))
    }

    /// Returns the probes of many pictures, one row each.
    ///
    /// - Parameter ink: The ink of the measured pictures. In `neutral` pictures gray is only the share of a pixel that
    ///   the line covers, so every probe depends on shape.
    public static func table(_ rows: [[Double]], ink: Preprocessing.Ink) -> ProbeTable {
        let ofShape = ink == .neutral ? Set(allCases) : Self.ofShape
        return ProbeTable(
            names: allCases.map(\.rawValue), ofShape: Set(ofShape.map(\.rawValue)),
            ofDrawing: Set(ofShape.subtracting([.fileSize]).map(\.rawValue)),
            values: Matrix(rows: rows.count, columns: allCases.count, values: rows.flatMap { $0 }))
    }

    private func value(of source: Page.Source) -> Double {
        switch self {
        case .fileSize: Double(source.byteCount)
        case .bitDepth: Double(source.bitDepth)
        case .alpha: source.hasAlpha ? 1 : 0
        case .progressive: source.isProgressive ? 1 : 0
        case .orientation: Double(source.orientation)
        case .format: Self.number(of: source.format.rawValue)
        case .channels: Self.number(of: source.channels.rawValue)
        case .metadata: Self.number(of: source.metadata.joined(separator: "\n"))
        default: .nan
        }
    }

    /// Hashes text to a number: equal texts have equal numbers, and different texts almost always different ones.
    private static func number(of words: String) -> Double {
        Digest(of: words).bytes.prefix(6).reduce(0) { $0 * 256 + Double($1) }
    }
}
