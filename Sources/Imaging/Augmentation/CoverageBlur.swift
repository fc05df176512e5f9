/// A Gaussian blur of one channel, along rows and then columns, with paper beyond the border.
enum CoverageBlur {
    /// - Parameters:
    ///   - coverage: height × width.
    ///   - sigma: in pixels; a value below 0.3 changes nothing.
    static func applied(to coverage: [Float], width: Int, height: Int, sigma: Double) -> [Float] {
        guard sigma >= 0.3 else { return coverage }
        let kernel = GaussianBlur.kernel(sigma)
        let reach = kernel.count / 2
        var across = [Float](repeating: 0, count: coverage.count)
        var down = across
        coverage.withUnsafeBufferPointer { source in
            across.withUnsafeMutableBufferPointer { across in
                for y in 0 ..< height {
                    let (row, out) = (source.baseAddress! + y * width, across.baseAddress! + y * width)
                    for (place, weight) in kernel.enumerated() {
                        let offset = place - reach
                        let from = max(0, -offset)
                        let to = max(from, min(width, width - offset))
                        for x in from ..< to { out[x] += weight * row[x + offset] }
                    }
                }
            }
        }
        across.withUnsafeBufferPointer { source in
            down.withUnsafeMutableBufferPointer { down in
                for y in 0 ..< height {
                    let out = down.baseAddress! + y * width
                    for (place, weight) in kernel.enumerated() {
                        let other = y + place - reach
                        guard other >= 0, other < height else { continue }
                        let row = source.baseAddress! + other * width
                        for x in 0 ..< width { out[x] += weight * row[x] }
                    }
                }
            }
        }
        return down
    }
}
