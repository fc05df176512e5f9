import Foundation

/// Memory for the kernels: zeros at first, aligned to a cache line (and so to every vector).
///
/// It is `Sendable` on its owner's word: packed weights are written before they are shared, an arena's memory
/// belongs to one caller at a time.
final class AlignedFloats: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    static let alignment = 64

    /// Memory of so many bytes and more lies on pages of this size where the system has them: the panels of a batch's
    /// maps are so far apart that small pages are looked up at every turn.
    private static let largePage = 2 << 20

    init(count: Int) {
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let isLarge = bytes >= 2 * Self.largePage
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: bytes, alignment: isLarge ? Self.largePage : Self.alignment)
        #if os(Linux)
            // Advice: where it is not taken nothing is lost.
            if isLarge { _ = madvise(raw, bytes, MADV_HUGEPAGE) }
        #endif
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
