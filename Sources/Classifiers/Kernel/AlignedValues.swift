/// Memory for many values, aligned to a cache line and not yet written.
///
/// In ordinary pages, whatever its size. Huge ones save a twentieth of a second on 400 MB where they lie ready; a
/// virtual machine takes them from what it has given back to its host, and waits for them longer than the values take
/// to be computed. It is `Sendable` on its owner's word: pieces of work write what is their own, and it is shared after
/// that.
final class AlignedValues<Scalar>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Scalar>

    init(count: Int) {
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64)
        base = raw.bindMemory(to: Scalar.self, capacity: max(count, 1))
    }

    deinit { base.deallocate() }
}
