import Foundation

/// Zero-initialized memory for the kernels, aligned to a cache line and to every vector size.
///
/// Large allocations request huge pages. The weights alone take 2,200 pages of 4 KiB, more than the TLB of a processor
/// holds. Every image reads each of them once, and TLB misses took a tenth of the time.
///
/// `Sendable` because packed weights are written before they are shared, and an arena belongs to one caller at a time.
final class AlignedFloats: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    static let alignment = 64
    private static let largePage = 2 << 20

    init(count: Int) {
        let wanted = max(count, 1) * MemoryLayout<Float>.stride
        let isLarge = wanted >= Self.largePage / 2
        let bytes = isLarge ? (wanted + Self.largePage - 1) / Self.largePage * Self.largePage : wanted
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: bytes, alignment: isLarge ? Self.largePage : Self.alignment)
        // This is advice. Without huge pages only time is lost.
        if isLarge { _ = madvise(raw, bytes, MADV_HUGEPAGE) }
        base = raw.initializeMemory(as: Float.self, repeating: 0, count: max(count, 1))
        self.count = count
    }

    deinit { base.deallocate() }

    /// Returns `count` rounded up to the alignment.
    static func roundedUp(_ count: Int) -> Int {
        let step = alignment / MemoryLayout<Float>.stride
        return (count + step - 1) / step * step
    }
}
