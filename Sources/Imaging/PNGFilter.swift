/// The five filters that PNG stores rows with, undone in place.
///
/// - Source: PNG specification (W3C, third edition), section 9.
enum PNGFilter {
    /// - Parameters:
    ///   - filter: the byte in front of the row.
    ///   - row: `count` filtered bytes, which become the plain ones.
    ///   - above: the row above, already plain; zeros above the first.
    ///   - step: bytes of a pixel, 1…4.
    /// - Returns: false if there is no such filter.
    static func undo(
        _ filter: UInt8, on row: UnsafeMutablePointer<UInt8>, above: UnsafePointer<UInt8>, count: Int, step: Int
    ) -> Bool {
        switch filter {
        case 0: break
        case 1: for index in step ..< max(step, count) { row[index] &+= row[index - step] }
        case 2: undoUp(row, above, count)
        case 3: undoAverage(row, above, count, step)
        case 4 where step == 4: undoPaethOfFour(row, above, count)
        case 4: undoPaeth(row, above, count, step)
        default: return false
        }
        return true
    }

    private static func undoUp(
        _ row: UnsafeMutablePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ count: Int
    ) {
        // Sixteen at a time: the compiler, which does not know that the rows lie apart, would go one by one.
        for index in stride(from: 0, to: count - 15, by: 16) {
            let here = UnsafeMutableRawPointer(row + index)
            let sum =
                here.loadUnaligned(as: SIMD16<UInt8>.self)
                &+ UnsafeRawPointer(above + index).loadUnaligned(as: SIMD16<UInt8>.self)
            here.storeBytes(of: sum, as: SIMD16<UInt8>.self)
        }
        for index in count - count % 16 ..< count { row[index] &+= above[index] }
    }

    private static func undoAverage(
        _ row: UnsafeMutablePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ count: Int, _ step: Int
    ) {
        for index in 0 ..< min(step, count) { row[index] &+= above[index] >> 1 }
        for index in step ..< max(step, count) {
            row[index] &+= UInt8(truncatingIfNeeded: (UInt16(row[index - step]) + UInt16(above[index])) >> 1)
        }
    }

    private static func undoPaeth(
        _ row: UnsafeMutablePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ count: Int, _ step: Int
    ) {
        for index in 0 ..< min(step, count) { row[index] &+= above[index] }
        for index in step ..< max(step, count) {
            let (left, up, corner) = (Int(row[index - step]), Int(above[index]), Int(above[index - step]))
            let (toLeft, toUp, toCorner) = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
            let nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
            row[index] &+= UInt8(truncatingIfNeeded: nearest)
        }
    }

    /// The same for pixels of four bytes, which go through together.
    private static func undoPaethOfFour(
        _ row: UnsafeMutablePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ count: Int
    ) {
        func pixel(_ bytes: UnsafePointer<UInt8>) -> SIMD4<UInt8> {
            UnsafeRawPointer(bytes).loadUnaligned(as: SIMD4<UInt8>.self)
        }
        func four(_ bytes: UnsafePointer<UInt8>) -> SIMD4<UInt32> {
            UnsafeRawPointer(bytes).loadUnaligned(as: SIMD4<UInt32>.self)
        }
        var left = SIMD4<Int16>()
        var corner = SIMD4<Int16>()
        var index = 0
        while index < count {
            // Four pixels that repeat their neighbour, under five that are all like it: paper. Whatever the nearest
            // is called, it is that colour.
            if index >= 4, index + 16 <= count {
                let colour = SIMD4<UInt32>(
                    repeating: UnsafeRawPointer(row + index - 4).loadUnaligned(as: UInt32.self))
                let differences =
                    four(row + index) | (four(above + index) ^ colour) | (four(above + index - 4) ^ colour)
                if differences == SIMD4() {
                    UnsafeMutableRawPointer(row + index).storeBytes(of: colour, as: SIMD4<UInt32>.self)
                    left = SIMD4<Int16>(truncatingIfNeeded: pixel(row + index))
                    corner = left
                    index += 16
                    continue
                }
            }
            let up = SIMD4<Int16>(truncatingIfNeeded: pixel(above + index))
            let (across, down) = (up &- corner, left &- corner)
            let (toLeft, toUp, toCorner) = (absolute(across), absolute(down), absolute(across &+ down))
            let other = choice(where: toCorner, isLessThan: toUp, corner, else: up)
            let nearest = choice(
                where: choice(where: toCorner, isLessThan: toUp, toCorner, else: toUp), isLessThan: toLeft, other,
                else: left)
            let plain = pixel(row + index) &+ SIMD4<UInt8>(truncatingIfNeeded: nearest)
            UnsafeMutableRawPointer(row + index).storeBytes(of: plain, as: SIMD4<UInt8>.self)
            left = SIMD4<Int16>(truncatingIfNeeded: plain)
            corner = up
            index += 4
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
