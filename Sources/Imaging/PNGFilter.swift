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
        case 2: for index in 0 ..< count { row[index] &+= above[index] }
        case 3: undoAverage(row, above, count, step)
        case 4 where step == 4: undoPaethOfFour(row, above, count)
        case 4: undoPaeth(row, above, count, step)
        default: return false
        }
        return true
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
        var left = SIMD4<Int16>()
        var corner = SIMD4<Int16>()
        for index in stride(from: 0, to: count, by: 4) {
            let up = SIMD4<Int16>(truncatingIfNeeded: pixel(above + index))
            let (across, down) = (up &- corner, left &- corner)
            let both = across &+ down
            let toLeft = across.replacing(with: 0 &- across, where: across .< 0)
            let toUp = down.replacing(with: 0 &- down, where: down .< 0)
            let toCorner = both.replacing(with: 0 &- both, where: both .< 0)
            let other = corner.replacing(with: up, where: toUp .<= toCorner)
            let nearest = other.replacing(with: left, where: (toLeft .<= toUp) .& (toLeft .<= toCorner))
            let plain = pixel(row + index) &+ SIMD4<UInt8>(truncatingIfNeeded: nearest)
            UnsafeMutableRawPointer(row + index).storeBytes(of: plain, as: SIMD4<UInt8>.self)
            left = SIMD4<Int16>(truncatingIfNeeded: plain)
            corner = up
        }
    }
}
