/// The position of the ink on a page, in shares of the page; NaN without ink.
struct InkShape {
    let fraction: Double
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    /// The columns at the right end in which the trace stays within 1 % of the height (at least a pixel) of the last
    /// column's position, as a share of the width.
    let flatEnd: Double
    /// The share of the ink in the upper and lower 6 % of the page.
    let nearBorder: Double

    init(_ ink: PageInk) {
        let (width, height) = (ink.width, ink.height)
        // The first and last row with ink for each column, and the amount of ink for each row.
        var first = [Int](repeating: height, count: width)
        var last = [Int](repeating: -1, count: width)
        var inRow = [Int](repeating: 0, count: height)
        ink.mask.withUnsafeBufferPointer { mask in
            for y in 0 ..< height {
                var count = 0
                for x in 0 ..< width where mask[y * width + x] {
                    if first[x] == height { first[x] = y }
                    last[x] = y
                    count += 1
                }
                inRow[y] = count
            }
        }
        let total = inRow.reduce(0, +)
        fraction = Double(total) / Double(width * height)
        guard let leftmost = last.firstIndex(where: { $0 >= 0 }), let rightmost = last.lastIndex(where: { $0 >= 0 }),
            let highest = inRow.firstIndex(where: { $0 > 0 }), let lowest = inRow.lastIndex(where: { $0 > 0 })
        else {
            (left, right, top, bottom, flatEnd, nearBorder) = (.nan, .nan, .nan, .nan, .nan, .nan)
            return
        }
        left = Double(leftmost) / Double(width)
        right = Double(width - 1 - rightmost) / Double(width)
        top = Double(highest) / Double(height)
        bottom = Double(height - 1 - lowest) / Double(height)

        let tolerance = max(1, height / 100)
        let level = (first[rightmost], last[rightmost])
        var end = rightmost
        while end > leftmost, last[end - 1] >= 0, abs(first[end - 1] - level.0) <= tolerance,
            abs(last[end - 1] - level.1) <= tolerance
        {
            end -= 1
        }
        flatEnd = Double(rightmost - end) / Double(width)
        let band = height * 6 / 100
        nearBorder = Double(inRow.prefix(band).reduce(0, +) + inRow.suffix(band).reduce(0, +)) / Double(total)
    }
}

/// The distinct grays of a picture.
struct GrayLevels {
    let count: Int
    let darkest: UInt8
    /// The smallest step between grays; nil for a picture of one gray.
    let smallestGap: Int?

    init(_ gray: [UInt8]) {
        var isThere = [Bool](repeating: false, count: 256)
        gray.withUnsafeBufferPointer { for value in $0 { isThere[Int(value)] = true } }
        let levels = isThere.indices.filter { isThere[$0] }
        count = levels.count
        darkest = UInt8(levels.first ?? 0)
        smallestGap = zip(levels, levels.dropFirst()).map { $1 - $0 }.min()
    }
}
