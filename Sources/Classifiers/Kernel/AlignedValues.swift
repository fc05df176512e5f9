/// Uninitialized memory for many values, aligned to a cache line.
///
/// It always uses ordinary pages. Huge pages save a twentieth of a second for 400 MB if they are available. A virtual
/// machine may have to request them from its host, which takes longer than computing the values. The class is unchecked
/// `Sendable`: tasks write disjoint parts, and the memory is shared only after that.
final class AlignedValues<Scalar>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Scalar>

    init(count: Int) {
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Scalar>.stride, alignment: 64)
        base = raw.bindMemory(to: Scalar.self, capacity: max(count, 1))
    }

    deinit { base.deallocate() }
}
