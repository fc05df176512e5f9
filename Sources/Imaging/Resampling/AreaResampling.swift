/// The exact box filter.
///
/// Along an axis of `old` pixels that become `new`, an old pixel is `new` units wide and a new one `old` units. All
/// overlaps are then whole numbers, and those of one new pixel add up to `old`. Both axes together divide by the
/// product of their `old`.
struct AreaResampling {
    private let across: [Span]
    private let down: [Span]
    /// The first new column over each old column.
    private let columns: [Int]
    private let total: UInt64

    private var oldWidth: Int { columns.count }

    init(_ image: GrayImage, _ width: Int, _ height: Int) {
        across = Span.all(old: image.width, new: width)
        down = Span.all(old: image.height, new: height)
        columns = (0 ..< image.width).map { $0 * width / image.width }
        total = UInt64(image.width) * UInt64(image.height)
    }

    /// - Parameters:
    ///   - source: the old picture, row-major.
    ///   - out: memory for the new picture.
    func resize(_ source: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) {
        // Areas of a single value keep it. Most of a drawing is background and need not be summed.
        let background = source[0]
        var drawn = [UInt8](repeating: 0, count: oldWidth)
        drawn.withUnsafeMutableBufferPointer { drawn in
            for (y, rows) in down.enumerated() {
                let line = out + y * across.count
                line.update(repeating: background, count: across.count)
                let first = source + rows.first * oldWidth
                mark(first, rows: rows.last - rows.first + 1, otherThan: background, in: drawn.baseAddress!)
                sum(first, rows, where: drawn.baseAddress!, to: line)
            }
        }
    }

    /// Sets `drawn` to 0 for old columns that equal `background` in all of the rows, and to nonzero for the others.
    private func mark(
        _ source: UnsafePointer<UInt8>, rows: Int, otherThan background: UInt8, in drawn: UnsafeMutablePointer<UInt8>
    ) {
        for x in 0 ..< oldWidth { drawn[x] = source[x] ^ background }
        for row in 1 ..< rows {
            let source = source + row * oldWidth
            for x in 0 ..< oldWidth { drawn[x] |= source[x] ^ background }
        }
    }

    /// Computes the pixels of a new row that have something drawn under them.
    private func sum(
        _ source: UnsafePointer<UInt8>, _ rows: Span, where drawn: UnsafePointer<UInt8>,
        to line: UnsafeMutablePointer<UInt8>
    ) {
        across.withUnsafeBufferPointer { across in
            var column = 0
            while column < across.count {
                let next = ByteRuns.end(of: 0, in: drawn, from: across[column].first, end: oldWidth)
                guard next < oldWidth else { return }
                column = max(column, columns[next])
                line[column] = rounded(sum(source, rows, across[column]))
                column += 1
            }
        }
    }

    /// Returns the sum of the old pixels under a new one, weighted by their overlap.
    private func sum(_ source: UnsafePointer<UInt8>, _ rows: Span, _ columns: Span) -> UInt64 {
        var total: UInt64 = 0
        var row = source
        for old in rows.first ... rows.last {
            var sum = columns.firstWeight &* UInt64(row[columns.first])
            if columns.last > columns.first {
                var inner: UInt64 = 0
                for place in columns.first + 1 ..< columns.last { inner &+= UInt64(row[place]) }
                sum &+= columns.innerWeight &* inner &+ columns.lastWeight &* UInt64(row[columns.last])
            }
            total &+= rows.weight(of: old) &* sum
            row += oldWidth
        }
        return total
    }

    /// Returns the rounded mean of a sum, which is at most 255 times `total`.
    private func rounded(_ sum: UInt64) -> UInt8 {
        if total < 1 << 23 {  // common sizes: a 32-bit division takes half the time
            let (sum, total) = (UInt32(truncatingIfNeeded: sum), UInt32(truncatingIfNeeded: total))
            return UInt8(truncatingIfNeeded: (2 &* sum &+ total) / (2 &* total))
        }
        return UInt8(truncatingIfNeeded: (2 &* sum &+ total) / (2 &* total))
    }
}

extension AreaResampling {
    /// The old pixels under a new one, with their overlaps in units.
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
