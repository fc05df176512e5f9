/// Reverses the five row filters of PNG, in place of the row above.
///
/// - Source: PNG specification (W3C, third edition), section 9.
enum PNGFilter {
    /// - Parameters:
    ///   - filter: the byte in front of the row.
    ///   - row: `count` filtered bytes, followed by one readable byte.
    ///   - line: the unfiltered row above, or zeros above the first row; it is replaced by this row. One readable byte
    ///     follows.
    ///   - step: bytes per pixel, 1…4.
    /// - Returns: the range that contains all differences from the row above; nil for an unknown filter.
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
        // Most of a row equals the row above, and its filtered bytes are zero.
        var (first, end) = (count, 0)
        var index = ByteRuns.end(of: 0, in: row, from: 0, end: count)
        while index < count {
            first = min(first, index)
            // Sixteen bytes at a time. The compiler cannot vectorize this because the rows might overlap.
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

    /// Reverses the Paeth filter for pixels of three or four bytes, all channels at once.
    private static func undoPaeth<Pixel: FilteredPixel>(
        _ row: UnsafePointer<UInt8>, _ line: UnsafeMutablePointer<UInt8>, _ count: Int, _: Pixel.Type
    ) {
        var left = SIMD4<Int16>()
        var corner = SIMD4<Int16>()
        var index = 0
        while index < count {
            // Four filtered pixels are zero and the five above are equal (paper): every predictor gives the color that
            // is already there.
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

    // Arithmetic on signs instead of comparisons, which the compiler would split up. Differences stay within ±1020.

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

/// Reads and writes pixels of a fixed number of bytes as four numbers.
private protocol FilteredPixel {
    /// Bytes of a pixel.
    static var step: Int { get }
    /// 255 for each byte of the pixel, 0 for bytes read after it.
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

    /// Whether four pixels are equal to the one before them.
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
