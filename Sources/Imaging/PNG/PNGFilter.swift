/// The five filters that PNG stores rows with, undone in place of the row above.
///
/// - Source: PNG specification (W3C, third edition), section 9.
enum PNGFilter {
    /// - Parameters:
    ///   - filter: the byte in front of the row.
    ///   - row: `count` filtered bytes, and one more that may be read.
    ///   - line: the plain bytes of the row above, zeros above the first; they become those of this one. One more may
    ///     be read.
    ///   - step: bytes of a pixel, 1…4.
    /// - Returns: the part of the line outside which this row is like the one above; nil if there is no such filter.
    static func undo(
        _ filter: UInt8, _ row: UnsafePointer<UInt8>, on line: UnsafeMutablePointer<UInt8>, count: Int, step: Int
    ) -> Range<Int>? {
        switch filter {
        case 0: line.update(from: row, count: count)
        case 1: undoSub(row, line, count, step)
        case 2: return undoUp(row, line, count)
        case 3: undoAverage(row, line, count, step)
        case 4 where step == 4: undoPaeth(row, line, count, FourBytes.self)
        case 4 where step == 3: undoPaeth(row, line, count, ThreeBytes.self)
        case 4: undoPaeth(row, line, count, step)
        default: return nil
        }
        return 0 ..< count
    }

    private static func undoSub(
        _ row: UnsafePointer<UInt8>, _ line: UnsafeMutablePointer<UInt8>, _ count: Int, _ step: Int
    ) {
        for index in 0 ..< min(step, count) { line[index] = row[index] }
        for index in step ..< max(step, count) { line[index] = row[index] &+ line[index - step] }
    }

    private static func undoUp(
        _ row: UnsafePointer<UInt8>, _ line: UnsafeMutablePointer<UInt8>, _ count: Int
    ) -> Range<Int> {
        // Most of a row is like the one above: only where it is not there is something to add.
        var (first, end) = (count, 0)
        var index = ByteRuns.end(of: 0, in: row, from: 0, end: count)
        while index < count {
            first = min(first, index)
            // Sixteen at a time: the compiler, which does not know that the rows lie apart, would go one by one.
            if index + 16 <= count {
                let here = UnsafeMutableRawPointer(line + index)
                let sum =
                    here.loadUnaligned(as: SIMD16<UInt8>.self)
                    &+ UnsafeRawPointer(row + index).loadUnaligned(as: SIMD16<UInt8>.self)
                here.storeBytes(of: sum, as: SIMD16<UInt8>.self)
                index += 16
            } else {
                line[index] &+= row[index]
                index += 1
            }
            end = index
            index = ByteRuns.end(of: 0, in: row, from: index, end: count)
        }
        return min(first, end) ..< end
    }

    private static func undoAverage(
        _ row: UnsafePointer<UInt8>, _ line: UnsafeMutablePointer<UInt8>, _ count: Int, _ step: Int
    ) {
        for index in 0 ..< min(step, count) { line[index] = row[index] &+ line[index] >> 1 }
        for index in step ..< max(step, count) {
            let mean = (UInt16(line[index - step]) + UInt16(line[index])) >> 1
            line[index] = row[index] &+ UInt8(truncatingIfNeeded: mean)
        }
    }

    private static func undoPaeth(
        _ row: UnsafePointer<UInt8>, _ line: UnsafeMutablePointer<UInt8>, _ count: Int, _ step: Int
    ) {
        for offset in 0 ..< min(step, count) {
            var (left, corner) = (0, 0)
            for index in stride(from: offset, to: count, by: step) {
                let up = Int(line[index])
                let (toLeft, toUp, toCorner) = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
                let nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
                line[index] = row[index] &+ UInt8(truncatingIfNeeded: nearest)
                (left, corner) = (Int(line[index]), up)
            }
        }
    }

    /// The same for pixels of three or four bytes, which go through together.
    private static func undoPaeth<Pixel: FilteredPixel>(
        _ row: UnsafePointer<UInt8>, _ line: UnsafeMutablePointer<UInt8>, _ count: Int, _: Pixel.Type
    ) {
        var left = SIMD4<Int16>()
        var corner = SIMD4<Int16>()
        var index = 0
        while index < count {
            // Four pixels that repeat their neighbour, under five that are all like it: paper. Whatever the nearest
            // is called, it is that colour, and it stands there already.
            if index > 0, index + 4 * Pixel.step <= count, left == corner,
                Pixel.areFourZero(row + index), Pixel.areFourLikeThoseBefore(line + index)
            {
                index += 4 * Pixel.step
                continue
            }
            let up = Pixel.load(line + index)
            let (across, down) = (up &- corner, left &- corner)
            let (toLeft, toUp, toCorner) = (absolute(across), absolute(down), absolute(across &+ down))
            let other = choice(where: toCorner, isLessThan: toUp, corner, else: up)
            let nearest = choice(
                where: choice(where: toCorner, isLessThan: toUp, toCorner, else: toUp), isLessThan: toLeft, other,
                else: left)
            left = (Pixel.load(row + index) &+ nearest) & Pixel.mask
            corner = up
            Pixel.store(left, line + index)
            index += Pixel.step
        }
    }

    // By signs and not by comparisons, which the compiler takes apart; no difference is beyond ±1020.

    @inline(__always)
    private static func absolute(_ value: SIMD4<Int16>) -> SIMD4<Int16> { (value ^ (value &>> 15)) &- (value &>> 15) }

    @inline(__always)
    private static func choice(
        where one: SIMD4<Int16>, isLessThan other: SIMD4<Int16>, _ chosen: SIMD4<Int16>, else rest: SIMD4<Int16>
    ) -> SIMD4<Int16> {
        let isLess = (one &- other) &>> 15
        return (chosen & isLess) | (rest & ~isLess)
    }
}

/// How pixels of so many bytes are read and written as four numbers.
private protocol FilteredPixel {
    /// Bytes of a pixel.
    static var step: Int { get }
    /// 255 for each of them, 0 for what is read beside them.
    static var mask: SIMD4<Int16> { get }
    static func store(_ pixel: SIMD4<Int16>, _ bytes: UnsafeMutablePointer<UInt8>)
}

extension FilteredPixel {
    @inline(__always)
    static func load(_ bytes: UnsafePointer<UInt8>) -> SIMD4<Int16> {
        SIMD4<Int16>(truncatingIfNeeded: UnsafeRawPointer(bytes).loadUnaligned(as: SIMD4<UInt8>.self)) & mask
    }

    @inline(__always)
    static func areFourZero(_ bytes: UnsafePointer<UInt8>) -> Bool {
        var any: UInt32 = 0
        for part in 0 ..< step { any |= UnsafeRawPointer(bytes + 4 * part).loadUnaligned(as: UInt32.self) }
        return any == 0
    }

    /// Whether four pixels are all like the one before them.
    @inline(__always)
    static func areFourLikeThoseBefore(_ bytes: UnsafePointer<UInt8>) -> Bool {
        var any: UInt32 = 0
        for part in 0 ..< step {
            any |=
                UnsafeRawPointer(bytes + 4 * part).loadUnaligned(as: UInt32.self)
                ^ UnsafeRawPointer(bytes + 4 * part - step).loadUnaligned(as: UInt32.self)
        }
        return any == 0
    }
}

private enum FourBytes: FilteredPixel {
    static var step: Int { 4 }
    static var mask: SIMD4<Int16> { SIMD4(repeating: 255) }

    @inline(__always)
    static func store(_ pixel: SIMD4<Int16>, _ bytes: UnsafeMutablePointer<UInt8>) {
        UnsafeMutableRawPointer(bytes).storeBytes(
            of: SIMD4<UInt8>(truncatingIfNeeded: pixel), as: SIMD4<UInt8>.self)
    }
}

private enum ThreeBytes: FilteredPixel {
    static var step: Int { 3 }
    static var mask: SIMD4<Int16> { SIMD4(255, 255, 255, 0) }

    @inline(__always)
    static func store(_ pixel: SIMD4<Int16>, _ bytes: UnsafeMutablePointer<UInt8>) {
        for channel in 0 ..< 3 { bytes[channel] = UInt8(truncatingIfNeeded: pixel[channel]) }
    }
}
