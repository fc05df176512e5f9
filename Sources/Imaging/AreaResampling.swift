/// The exact box filter, one axis after the other.
///
/// Along an axis of `old` pixels that become `new`, an old pixel is `new` units wide and a new one `old` units: all
/// overlaps are whole numbers and those of one new pixel add up to `old`. The two axes together divide by the
/// product of their `old`.
struct AreaResampling {
    private let across: [Span]
    private let down: [Span]
    private let sourceWidth: Int
    private let total: UInt64

    init(_ image: GrayImage, _ width: Int, _ height: Int) {
        across = Span.all(old: image.width, new: width)
        down = Span.all(old: image.height, new: height)
        sourceWidth = image.width
        total = UInt64(image.width) * UInt64(image.height)
    }

    /// - Parameters:
    ///   - source: the old picture, row-major.
    ///   - out: room for the new one.
    func resize(_ source: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) {
        let width = across.count
        let sums = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * width)
        defer { sums.deallocate() }
        let (row, column) = (sums, sums + width)  // one old row summed across; new pixels summed down
        var summedRow = -1
        across.withUnsafeBufferPointer { across in
            for (y, span) in down.enumerated() {
                column.update(repeating: 0, count: width)
                for old in span.first ... span.last {
                    if old != summedRow {
                        sum(source + old * sourceWidth, across, into: row)
                        summedRow = old
                    }
                    let weight = span.weight(of: old)
                    for x in 0 ..< width { column[x] &+= weight &* row[x] }
                }
                let line = out + y * width
                for x in 0 ..< width { line[x] = rounded(column[x]) }
            }
        }
    }

    private func sum(
        _ row: UnsafePointer<UInt8>, _ across: UnsafeBufferPointer<Span>, into sums: UnsafeMutablePointer<UInt64>
    ) {
        for x in 0 ..< across.count {
            let span = across[x]
            var sum = span.firstWeight &* UInt64(row[span.first])
            if span.last > span.first {
                var inner: UInt64 = 0
                for old in span.first + 1 ..< span.last { inner &+= UInt64(row[old]) }
                sum &+= span.innerWeight &* inner &+ span.lastWeight &* UInt64(row[span.last])
            }
            sums[x] = sum
        }
    }

    /// The mean of a sum, which is at most 255 times `total`.
    private func rounded(_ sum: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: (2 &* sum &+ total) / (2 &* total))
    }
}

extension AreaResampling {
    /// The old pixels under a new one, and how many units of each.
    private struct Span {
        let first: Int
        let last: Int
        let firstWeight: UInt64
        let innerWeight: UInt64
        let lastWeight: UInt64

        func weight(of old: Int) -> UInt64 {
            old == first ? firstWeight : old == last ? lastWeight : innerWeight
        }

        static func all(old: Int, new: Int) -> [Span] {
            (0 ..< new).map { index in
                let (start, end) = (index * old, (index + 1) * old)
                let (first, last) = (start / new, (end - 1) / new)
                return Span(
                    first: first, last: last,
                    firstWeight: UInt64(first == last ? old : (first + 1) * new - start),
                    innerWeight: UInt64(new), lastWeight: UInt64(end - last * new))
            }
        }
    }
}
