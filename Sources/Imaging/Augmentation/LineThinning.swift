/// Thins drawn lines to center lines, one pixel wide, without breaking them.
///
/// - Source: Zhang & Suen, "A fast parallel algorithm for thinning digital patterns", Comm. ACM 27 (1984), 236–239.
struct LineThinning {
    let width: Int
    let height: Int
    /// The pixels of the center lines, ascending.
    let middle: [Int]

    /// - Parameter isInk: height × width, row-major; nonzero is ink. The outermost pixels count as paper, so that lines
    ///   that leave the picture end one pixel before its border.
    init(_ isInk: [UInt8], width: Int, height: Int) {
        precondition(isInk.count == width * height, "\(width) × \(height) picture of \(isInk.count) pixels")
        self.width = width
        self.height = height
        var pixels = isInk
        var left: [Int] = []
        for y in stride(from: 1, to: height - 1, by: 1) {
            for x in 1 ..< max(width - 1, 1) where isInk[y * width + x] != 0 { left.append(y * width + x) }
        }
        for x in 0 ..< width { (pixels[x], pixels[(height - 1) * width + x]) = (0, 0) }
        for y in 0 ..< height { (pixels[y * width], pixels[y * width + width - 1]) = (0, 0) }
        // A sweep removes only pixels that were ink before it, so that sweeps get shorter.
        var removed: [Int] = []
        var changed = true
        while changed {
            changed = false
            for isSecond in [false, true] {
                removed.removeAll(keepingCapacity: true)
                pixels.withUnsafeBufferPointer { pixels in
                    for index in left
                    where Self.removable[Self.neighbors(pixels, index, width)] & (isSecond ? 2 : 1) != 0 {
                        removed.append(index)
                    }
                }
                if removed.isEmpty { continue }
                let before = left.count
                // All four pixels of a 2 × 2 square would be removed together; the last pixel of a piece stays.
                pixels.withUnsafeMutableBufferPointer { pixels in
                    for index in removed where Self.neighbors(UnsafeBufferPointer(pixels), index, width) != 0 {
                        pixels[index] = 0
                    }
                }
                left.removeAll { pixels[$0] == 0 }
                if left.count < before { changed = true }
            }
        }
        middle = left
    }

    /// Returns one bit per surrounding pixel, clockwise from the one above.
    private static func neighbors(_ pixels: UnsafeBufferPointer<UInt8>, _ index: Int, _ width: Int) -> Int {
        func bit(_ offset: Int, _ place: Int) -> Int { pixels[index + offset] != 0 ? 1 << place : 0 }
        return bit(-width, 0) | bit(-width + 1, 1) | bit(1, 2) | bit(width + 1, 3) | bit(width, 4)
            | bit(width - 1, 5) | bit(-1, 6) | bit(-width - 1, 7)
    }

    /// For each pattern of neighbors: 1 if the first sweep removes the pixel, plus 2 if the second does.
    private static let removable: [UInt8] = (0 ..< 256).map { around in
        func isInk(_ place: Int) -> Bool { around >> (place % 8) & 1 == 1 }
        let count = around.nonzeroBitCount
        let beginnings = (0 ..< 8).count { !isInk($0) && isInk($0 + 1) }
        guard (2 ... 6).contains(count), beginnings == 1 else { return 0 }
        let (north, east, south, west) = (isInk(0), isInk(2), isInk(4), isInk(6))
        let first = !(north && east && south) && !(east && south && west)
        let second = !(north && east && west) && !(north && south && west)
        return (first ? 1 : 0) | (second ? 2 : 0)
    }
}
