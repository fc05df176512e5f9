/// The runs of ink in each row of a picture.
struct InkRuns {
    /// Column ranges, from the top and from the left.
    private(set) var runs: [Range<Int>] = []
    /// The number of runs before each row, followed by their total number.
    private var starts: [Int] = [0]

    /// - Parameter ink: height × width: 1 for ink, else 0.
    init(of ink: [UInt8], width: Int, height: Int) {
        starts.reserveCapacity(height + 1)
        ink.withUnsafeBufferPointer { ink in
            for y in 0 ..< height {
                let row = ink.baseAddress! + y * width
                var start = ByteRuns.end(of: 0, in: row, from: 0, end: width)
                while start < width {
                    let end = ByteRuns.end(of: 1, in: row, from: start + 1, end: width)
                    runs.append(start ..< end)
                    start = ByteRuns.end(of: 0, in: row, from: end, end: width)
                }
                starts.append(runs.count)
            }
        }
    }

    var rowCount: Int { starts.count - 1 }

    func ofRow(_ row: Int) -> ArraySlice<Range<Int>> { runs[starts[row] ..< starts[row + 1]] }
}
