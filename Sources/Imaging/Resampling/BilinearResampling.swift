/// Bilinear interpolation at half-pixel centers.
///
/// The center of new pixel i lies at (i + ½)·old/new − ½ in old pixels. In units of 1/(2·new) that is the whole number
/// (2i + 1)·old − new.
struct BilinearResampling {
    private let across: [Tap]
    private let down: [Tap]
    private let sourceWidth: Int
    /// Units per old pixel, along each axis.
    private let (unitsAcross, unitsDown): (Int, Int)

    init(_ image: GrayImage, _ width: Int, _ height: Int) {
        across = Tap.all(old: image.width, new: width)
        down = Tap.all(old: image.height, new: height)
        sourceWidth = image.width
        (unitsAcross, unitsDown) = (2 * width, 2 * height)
    }

    /// - Parameters:
    ///   - out: memory for the new picture.
    ///   - out: room for the new one.
    func resize(_ source: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) {
        let total = unitsAcross * unitsDown
        across.withUnsafeBufferPointer { across in
            for (y, rows) in down.enumerated() {
                let (upper, lower) = (source + rows.first * sourceWidth, source + rows.second * sourceWidth)
                let line = out + y * across.count
                for x in 0 ..< across.count {
                    let tap = across[x]
                    let left = (unitsDown - rows.share) * Int(upper[tap.first]) + rows.share * Int(lower[tap.first])
                    let right = (unitsDown - rows.share) * Int(upper[tap.second]) + rows.share * Int(lower[tap.second])
                    let sum = (unitsAcross - tap.share) * left + tap.share * right
                    line[x] = UInt8(truncatingIfNeeded: (2 * sum + total) / (2 * total))
                }
            }
        }
    }
}

extension BilinearResampling {
    /// The two old pixels around a new one's center, and the weight of the second, in units.
    private struct Tap {
        let first: Int
        let second: Int
        let share: Int

        static func all(old: Int, new: Int) -> [Tap] {
            (0 ..< new).map { index in
                let center = min(max((2 * index + 1) * old - new, 0), (old - 1) * 2 * new)
                let first = center / (2 * new)
                return Tap(first: first, second: min(first + 1, old - 1), share: center % (2 * new))
            }
        }
    }
}
