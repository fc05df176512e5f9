/// A picture scaled to fit a small framed square.
struct Thumbnail {
    /// side × side gray levels, row-major.
    let values: [Double]

    /// Scales the whole picture, centered, inside a frame one pixel wide. Each value is the mean of the area it covers.
    ///
    /// - Precondition: `side` is at least 4.
    init(of picture: ContactSheet.Picture, side: Int) {
        precondition(side >= 4, "a thumbnail of \(side) pixels")
        let room = side - 2
        let longest = max(picture.width, picture.height)
        let width = max(1, picture.width * room / longest)
        let height = max(1, picture.height * room / longest)
        let left = (side - width) / 2
        let top = (side - height) / 2

        var values = [Double](repeating: 247, count: side * side)
        for place in 0 ..< side {
            for edge in [place, (side - 1) * side + place, place * side, place * side + side - 1] { values[edge] = 205 }
        }
        let rows = Thumbnail.areas(of: picture.height, in: height)
        let columns = Thumbnail.areas(of: picture.width, in: width)
        for (y, row) in rows.enumerated() {
            // One output row as a mean of input rows, then its pixels as means along it.
            var mixed = [Double](repeating: 0, count: picture.width)
            for (index, share) in row {
                let start = index * picture.width
                for x in 0 ..< picture.width { mixed[x] += share * Double(picture.pixels[start + x]) }
            }
            for (x, column) in columns.enumerated() {
                let mean = column.reduce(0) { $0 + $1.share * mixed[$1.index] }
                values[(top + y) * side + left + x] = mean.rounded()
            }
        }
        self.values = values
    }

    /// Returns the cells of `length` that each of `count` equal ranges covers, with weights that add up to 1.
    static func areas(of length: Int, in count: Int) -> [[(index: Int, share: Double)]] {
        (0 ..< count).map { place in
            // In units of 1/count of a cell, all ends are whole numbers.
            let (start, end) = (place * length, (place + 1) * length)
            return (start / count ..< (end + count - 1) / count).map { index in
                let overlap = min(end, (index + 1) * count) - max(start, index * count)
                return (index, Double(overlap) / Double(length))
            }
        }
    }
}
