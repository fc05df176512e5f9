/// Skips long runs of one byte many bytes at a time. Masks and distances consist mostly of paper.
enum ByteRuns {
    /// Returns the index of the first byte of `bytes[from ..< end]` that is not `value`, or `end`.
    static func end(of value: UInt8, in bytes: UnsafePointer<UInt8>, from: Int, end: Int) -> Int {
        let eight = UInt64(value) &* 0x0101_0101_0101_0101
        func difference(_ place: Int) -> UInt64 {
            UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt64.self) ^ eight
        }
        var index = from
        while index + 32 <= end,
            difference(index) | difference(index + 8) | difference(index + 16) | difference(index + 24) == 0
        {
            index += 32
        }
        while index + 8 <= end {
            let difference = difference(index)
            if difference != 0 { return index + UInt64(littleEndian: difference).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end, bytes[index] == value { index += 1 }
        return index
    }

    /// Calls `body` with ascending indices that include every byte other than `value`.
    @inline(__always)
    static func others(than value: UInt8, in bytes: UnsafeBufferPointer<UInt8>, _ body: (Int) -> Void) {
        guard let base = bytes.baseAddress else { return }
        var index = end(of: value, in: base, from: 0, end: bytes.count)
        while index < bytes.count {
            // Such bytes come in clusters, so that the whole group is passed on.
            for place in index ..< min(index + 8, bytes.count) { body(place) }
            index = end(of: value, in: base, from: min(index + 8, bytes.count), end: bytes.count)
        }
    }
}
