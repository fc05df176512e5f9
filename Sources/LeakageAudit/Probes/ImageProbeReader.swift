import Files
import Imaging
import LinearAlgebra

extension ImageProbe {
    /// The numbers of a decoded file: one for each case, in their order; NaN for those it has not.
    public static func values(of page: Page) -> [Double] {
        let ink = PageInk(page)
        let shape = InkShape(ink)
        let levels = GreyLevels(ink.grey)
        return allCases.map { probe in
            switch probe {
            case .darkestGrey: Double(levels.darkest)
            case .darkestHue: ink.colour(at: ink.grey.firstIndex(of: levels.darkest) ?? 0).hue
            case .modalInkGrey: ink.modal?.grey ?? .nan
            case .modalInkHue: ink.modal?.hue ?? .nan
            case .meanInkGrey: ink.mean?.grey ?? .nan
            case .meanInkHue: ink.mean?.hue ?? .nan
            case .paperGrey: ink.paper.grey
            case .paperHue: ink.paper.hue
            case .greyLevels: Double(levels.count)
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

    /// The numbers of a preprocessed picture: what a label can still be told by when training sees no more than this.
    public static func values(of image: GrayImage) -> [Double] {
        let pixels = [UInt8](unsafeUninitializedCapacity: 3 * image.pixels.count) { pixels, count in
            for (index, grey) in image.pixels.enumerated() {
                for channel in 0 ..< 3 { pixels[3 * index + channel] = grey }
            }
            count = 3 * image.pixels.count
        }
        return values(of: Page(width: image.width, height: image.height, pixels: pixels))
    }

    /// The probes of many pictures, one row each.
    ///
    /// - Parameter ink: what the rows were read off. In `neutral` pictures grey is nothing but how much of a pixel the
    ///   line covers, so every probe is one of shape.
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

    /// A number that words share if and (but for chance) only if they are the same.
    private static func number(of words: String) -> Double {
        Digest(of: words).bytes.prefix(6).reduce(0) { $0 * 256 + Double($1) }
    }
}
