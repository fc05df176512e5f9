/// Long runs of one byte, passed over eight at a time: masks and distances are mostly paper.
enum ByteRuns {
    /// The first of `bytes[from ..< end]` that is not `value`, or `end`.
    static func end(of value: UInt8, in bytes: UnsafePointer<UInt8>, from: Int, end: Int) -> Int {
        let eight = UInt64(value) &* 0x0101_0101_0101_0101
        var index = from
        while index + 8 <= end, UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self) == eight { index += 8 }
        while index < end, bytes[index] == value { index += 1 }
        return index
    }
}
