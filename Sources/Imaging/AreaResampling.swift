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

    /// New columns that are passed over together where nothing is drawn under them.
    private static let together = 8

    /// - Parameters:
    ///   - source: the old picture, row-major.
    ///   - out: room for the new one.
    func resize(_ source: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) {
        // What is of one value all over the span has that value: most of a drawing is not summed.
        let plain = source[0]
        across.withUnsafeBufferPointer { across in
            for (y, span) in down.enumerated() {
                let line = out + y * across.count
                for first in stride(from: 0, to: across.count, by: Self.together) {
                    let columns = first ..< min(first + Self.together, across.count)
                    if isPlain(source, span, across[first].first ... across[columns.upperBound - 1].last, plain) {
                        (line + first).update(repeating: plain, count: columns.count)
                    } else {
                        for x in columns { line[x] = rounded(sum(source, span, across[x])) }
                    }
                }
            }
        }
    }

    private func isPlain(
        _ source: UnsafePointer<UInt8>, _ rows: Span, _ columns: ClosedRange<Int>, _ plain: UInt8
    ) -> Bool {
        for row in rows.first ... rows.last {
            let (begin, end) = (columns.lowerBound, columns.upperBound + 1)
            if ByteRuns.end(of: plain, in: source + row * sourceWidth, from: begin, end: end) < end { return false }
        }
        return true
    }

    /// The old pixels under a new one, each times the units that it counts for.
    private func sum(_ source: UnsafePointer<UInt8>, _ rows: Span, _ columns: Span) -> UInt64 {
        var total: UInt64 = 0
        for old in rows.first ... rows.last {
            let row = source + old * sourceWidth
            var sum = columns.firstWeight &* UInt64(row[columns.first])
            if columns.last > columns.first {
                var inner: UInt64 = 0
                for place in columns.first + 1 ..< columns.last { inner &+= UInt64(row[place]) }
                sum &+= columns.innerWeight &* inner &+ columns.lastWeight &* UInt64(row[columns.last])
            }
            total &+= rows.weight(of: old) &* sum
        }
        return total
    }

    /// The mean of a sum, which is at most 255 times `total`.
    private func rounded(_ sum: UInt64) -> UInt8 {
        if total < 1 << 23 {  // the usual picture: a division of 32 bits takes half the time
            let (sum, total) = (UInt32(truncatingIfNeeded: sum), UInt32(truncatingIfNeeded: total))
            return UInt8(truncatingIfNeeded: (2 &* sum &+ total) / (2 &* total))
        }
        return UInt8(truncatingIfNeeded: (2 &* sum &+ total) / (2 &* total))
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
