import Foundation

/// Memory for the kernels: zeros at first, aligned to a cache line (and so to every vector).
///
/// Large memory asks for large pages. The weights alone are 2,200 pages of 4 KiB, more than a processor keeps
/// addresses of; one picture reads each of them once, and waiting for addresses took a tenth of its time.
///
/// It is `Sendable` on its owner's word: packed weights are written before they are shared, an arena's memory
/// belongs to one caller at a time.
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
        // Advice: where it is not taken, nothing but time is lost.
        if isLarge { _ = madvise(raw, bytes, MADV_HUGEPAGE) }
        base = raw.initializeMemory(as: Float.self, repeating: 0, count: max(count, 1))
        self.count = count
    }

    deinit { base.deallocate() }

    /// `count` rounded up, so that what follows it is aligned too.
    static func roundedUp(_ count: Int) -> Int {
        let step = alignment / MemoryLayout<Float>.stride
        return (count + step - 1) / step * step
    }
}
