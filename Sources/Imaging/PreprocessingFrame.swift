extension Page {
    /// A rectangle of whole pixels.
    public struct Frame: Equatable, Sendable {
        public let left: Int
        public let top: Int
        public let width: Int
        public let height: Int

        public init(left: Int, top: Int, width: Int, height: Int) {
            (self.left, self.top, self.width, self.height) = (left, top, width, height)
        }
    }

    /// The share of ink in each pixel, from 0 for paper to 255 for full ink, independent of both colors.
    ///
    /// A page without enough contrast is all 0.
    public var inkShares: GrayImage {
        let distances = InkMask.distances(self)
        let contrast = InkMask.contrast(of: distances)
        guard contrast >= InkMask.minimumContrast else {
            return GrayImage(width: width, height: height, pixels: Array(repeating: 0, count: width * height))
        }
        let shares = (0 ... 255).map { UInt8(min($0 * 255 / contrast, 255)) }
        return GrayImage(width: width, height: height, pixels: distances.map { shares[Int($0)] })
    }
}

extension Preprocessing {
    /// Returns the part of a page that `apply(to:name:)` uses: the whole page unless `crop` is set.
    ///
    /// - Throws: `ImageError.noInk`.
    public func frame(of page: Page, name: String) throws -> Page.Frame {
        guard let crop else { return Page.Frame(left: 0, top: 0, width: page.width, height: page.height) }
        let mask = try InkMask(page, name: name)
        let bounds = DrawingBounds(of: mask).widened(by: crop, inside: mask)
        return Page.Frame(
            left: bounds.left, top: bounds.top, width: bounds.right - bounds.left, height: bounds.bottom - bounds.top)
    }
}
