extension GrayImage {
    /// Stretches the gray levels so that the p-th percentile becomes black and the (100 − p)-th white, and clips the
    /// rest.
    ///
    /// A percentile is the smallest level that at least p % of the pixels do not exceed. If both are the same level (a
    /// large p on a page with little ink), the picture stays as it is.
    ///
    /// - Precondition: p is at least 0 and below 50.
    func stretched(percentile p: Double) -> GrayImage {
        precondition(p >= 0 && p < 50, "percentile \(p)")
        var counts = [Int](repeating: 0, count: 256)
        for pixel in pixels { counts[Int(pixel)] += 1 }
        func level(_ percentile: Double) -> Int {
            let wanted = max(1, percentile / 100 * Double(pixels.count))
            var (level, reached) = (0, counts[0])
            while Double(reached) < wanted {
                level += 1
                reached += counts[level]
            }
            return level
        }
        let (low, high) = (level(p), level(100 - p))
        guard high > low else { return self }
        let table = (0 ..< 256).map { UInt8((510 * (min(max($0, low), high) - low) + high - low) / (2 * (high - low))) }
        return GrayImage(width: width, height: height, pixels: pixels.map { table[Int($0)] })
    }
}
