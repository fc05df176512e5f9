import Foundation

/// Memory for many values, aligned to a cache line and not yet written.
///
/// A large one is asked for in huge pages: to hand out 400 MB page by page takes longer than to fill it. It is
/// `Sendable` on its owner's word: pieces of work write what is their own, and it is shared after that.
final class AlignedValues<Scalar>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Scalar>

    private static var hugePage: Int { 2 << 20 }

    init(count: Int) {
        let bytes = max(count, 1) * MemoryLayout<Scalar>.stride
        let isLarge = bytes >= 4 * Self.hugePage
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
        // Advice only: where it is not taken, the memory is the same and slower to come by.
        if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
        base = raw.bindMemory(to: Scalar.self, capacity: max(count, 1))
    }

    deinit { base.deallocate() }
}
