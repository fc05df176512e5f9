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
        // What is of one value all over the span has that value: at the sides of a drawing nothing is summed.
        let plain = source[0]
        var (summedRow, summed) = (-1, 0 ..< 0)
        across.withUnsafeBufferPointer { across in
            for (y, span) in down.enumerated() {
                let line = out + y * width
                let drawn = drawnColumns(source, span.first ... span.last, on: plain, across)
                line.update(repeating: plain, count: width)
                for x in drawn { column[x] = 0 }
                for old in span.first ... span.last where !drawn.isEmpty {
                    if old != summedRow || drawn.clamped(to: summed) != drawn {
                        sum(source + old * sourceWidth, across, drawn, into: row)
                        (summedRow, summed) = (old, drawn)
                    }
                    let weight = span.weight(of: old)
                    for x in drawn { column[x] &+= weight &* row[x] }
                }
                for x in drawn { line[x] = rounded(column[x]) }
            }
        }
    }

    /// The new columns under which any of some old rows is not `plain`.
    private func drawnColumns(
        _ source: UnsafePointer<UInt8>, _ rows: ClosedRange<Int>, on plain: UInt8, _ across: UnsafeBufferPointer<Span>
    ) -> Range<Int> {
        var (first, end) = (sourceWidth, 0)
        for row in rows {
            let begin = source + row * sourceWidth
            first = min(first, ByteRuns.end(of: plain, in: begin, from: 0, end: first))
            end = max(end, ByteRuns.begin(of: plain, in: begin, from: end, end: sourceWidth))
        }
        guard first < end else { return 0 ..< 0 }
        // New pixel x lies on old ones from x·old/new to (x + 1)·old/new.
        return first * across.count / sourceWidth ..< ((end - 1) * across.count + across.count - 1) / sourceWidth + 1
    }

    private func sum(
        _ row: UnsafePointer<UInt8>, _ across: UnsafeBufferPointer<Span>, _ columns: Range<Int>,
        into sums: UnsafeMutablePointer<UInt64>
    ) {
        for x in columns {
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
