/// The bounding rectangle of a drawing without specks.
struct DrawingBounds: Equatable {
    var left: Int
    var top: Int
    /// One past the last column; `bottom` is one past the last row.
    var right: Int
    var bottom: Int

    var longerSide: Int { max(right - left, bottom - top) }

    /// Computes the bounds of all pieces of ink except specks. Pixels of a piece touch at edges or corners; pieces with
    /// less than one hundredth of the largest one's pixels are specks.
    ///
    /// - Precondition: the mask has ink, which `InkMask` ensures.
    init(of mask: InkMask) {
        var pieces: [(bounds: DrawingBounds, pixels: Int)] = []
        var pixels = mask.pixels
        var waiting: [Int] = []
        pixels.withUnsafeMutableBufferPointer { pixels in
            for start in pixels.indices where pixels[start] == 0 {
                let (x, y) = (start % mask.width, start / mask.width)
                var piece = (bounds: DrawingBounds(left: x, top: y, right: x + 1, bottom: y + 1), pixels: 0)
                pixels[start] = 255
                waiting.append(start)
                while let index = waiting.popLast() {
                    let (x, y) = (index % mask.width, index / mask.width)
                    piece.pixels += 1
                    piece.bounds.include(x, y)
                    for ny in max(0, y - 1) ... min(mask.height - 1, y + 1) {
                        for nx in max(0, x - 1) ... min(mask.width - 1, x + 1) where pixels[ny * mask.width + nx] == 0 {
                            pixels[ny * mask.width + nx] = 255
                            waiting.append(ny * mask.width + nx)
                        }
                    }
                }
                pieces.append(piece)
            }
        }
        let largest = pieces.map(\.pixels).max() ?? 0
        precondition(largest > 0, "a mask without ink")
        let kept = pieces.filter { 100 * $0.pixels >= largest }.map(\.bounds)
        self.init(
            left: kept.map(\.left).min()!, top: kept.map(\.top).min()!, right: kept.map(\.right).max()!,
            bottom: kept.map(\.bottom).max()!)
    }

    init(left: Int, top: Int, right: Int, bottom: Int) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    private mutating func include(_ x: Int, _ y: Int) {
        left = min(left, x)
        top = min(top, y)
        right = max(right, x + 1)
        bottom = max(bottom, y + 1)
    }

    /// Returns the bounds with a margin on all sides, limited by the page. The margin is a fraction of the longer side,
    /// rounded to pixels.
    func widened(by margin: Double, inside mask: InkMask) -> DrawingBounds {
        let pixels = Int((margin * Double(longerSide)).rounded())
        return DrawingBounds(
            left: max(0, left - pixels), top: max(0, top - pixels), right: min(mask.width, right + pixels),
            bottom: min(mask.height, bottom + pixels))
    }
}

extension GrayImage {
    /// Returns the part inside `bounds`, which must lie inside the picture.
    func cropped(to bounds: DrawingBounds) -> GrayImage {
        var cropped: [UInt8] = []
        cropped.reserveCapacity((bounds.right - bounds.left) * (bounds.bottom - bounds.top))
        for y in bounds.top ..< bounds.bottom {
            cropped.append(contentsOf: pixels[y * width + bounds.left ..< y * width + bounds.right])
        }
        return GrayImage(width: bounds.right - bounds.left, height: bounds.bottom - bounds.top, pixels: cropped)
    }
}
