/// The exact Euclidean distance of each pixel's center to the nearest center of a marked pixel, in two passes.
///
/// - Source: Meijster, Roerdink & Hesselink, "A general algorithm for computing distance transforms in linear time",
///   Mathematical Morphology and its Applications to Image and Signal Processing (2000), 331–340.
struct DistanceMap {
    /// height × width; infinite if no pixel is marked.
    let values: [Float]

    /// - Parameter isMarked: whether the pixel with this index is marked.
    init(width: Int, height: Int, isMarked: (Int) -> Bool) {
        // Longer than any distance on the page; its square does not overflow.
        let far = width + height
        var down = [Int](repeating: far, count: width * height)
        values = down.withUnsafeMutableBufferPointer { down in
            for x in 0 ..< width {
                var distance = far
                for y in 0 ..< height {
                    distance = isMarked(y * width + x) ? 0 : min(distance + 1, far)
                    down[y * width + x] = distance
                }
                for y in stride(from: height - 2, through: 0, by: -1) {
                    let index = y * width + x
                    down[index] = min(down[index], down[index + width] + 1)
                }
            }
            return [Float](unsafeUninitializedCapacity: width * height) { out, count in
                // The columns of the lowest parabolas, from left to right, and the start of each one's range.
                var (column, start) = (Array(repeating: 0, count: width), Array(repeating: 0, count: width))
                for y in 0 ..< height {
                    let line = UnsafeMutableBufferPointer(rebasing: down[y * width ..< (y + 1) * width])
                    func squared(_ x: Int, by other: Int) -> Int {
                        (x - other) * (x - other) + line[other] * line[other]
                    }
                    var last = 0
                    (column[0], start[0]) = (0, 0)
                    for x in 1 ..< max(width, 1) {
                        while last >= 0, squared(start[last], by: column[last]) > squared(start[last], by: x) {
                            last -= 1
                        }
                        if last < 0 {
                            last = 0
                            (column[0], start[0]) = (x, 0)
                            continue
                        }
                        let other = column[last]
                        let sum = x * x - other * other + line[x] * line[x] - line[other] * line[other]
                        // Rounded down, because the sum may be negative.
                        let twice = 2 * (x - other)
                        let from = (sum >= 0 ? sum / twice : -((-sum + twice - 1) / twice)) + 1
                        if from < width {
                            last += 1
                            (column[last], start[last]) = (x, from)
                        }
                    }
                    for x in stride(from: width - 1, through: 0, by: -1) {
                        let nearest = column[last]
                        out[y * width + x] =
                            line[nearest] >= far ? .infinity : Float(squared(x, by: nearest)).squareRoot()
                        if x == start[last] { last -= 1 }
                    }
                }
                count = width * height
            }
        }
    }
}
