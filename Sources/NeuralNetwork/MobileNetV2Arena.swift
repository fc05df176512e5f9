import CKernels
import Synchronization

extension MobileNetV2 {
    /// The working memory of one worker: staged image, maps before and after a block, scratch of the kernels.
    ///
    /// An arena may go from thread to thread, but serves one call at a time; a second one traps.
    public final class Arena: Sendable {
        /// Pictures that go through the small maps together, so that weights are read once for all of them.
        static let groupSize = 8

        let staged: AlignedFloats
        /// Maps of one picture: one behind every wide block where paper is left out, else two in turns.
        let maps: [AlignedFloats]
        /// Maps of a group of pictures, in turns.
        let groupMaps: (AlignedFloats, AlignedFloats)
        let scratch: AlignedFloats
        /// Where ink reaches; nil where paper is not left out.
        let marks: PaperMarks?
        /// The network that it was made for.
        let owner: ObjectIdentifier
        private let busy = Atomic<Bool>(false)

        init(for network: PackedMobileNetV2, leavesOutPaper: Bool) {
            let sizes = network.sizes
            staged = AlignedFloats(count: sizes.staged)
            let wide = network.blocks[..<network.firstGroupedBlock]
            maps =
                leavesOutPaper
                ? wide.map { AlignedFloats(count: PackedMobileNetV2.floats(after: $0)) }
                : (0 ..< 2).map { _ in AlignedFloats(count: sizes.map) }
            groupMaps = (AlignedFloats(count: sizes.groupMap), AlignedFloats(count: sizes.groupMap))
            scratch = AlignedFloats(count: sizes.scratch)
            marks = leavesOutPaper ? PaperMarks(for: network) : nil
            owner = ObjectIdentifier(network)
        }

        /// Bytes of all of it.
        public var byteCount: Int {
            ([staged, groupMaps.0, groupMaps.1, scratch] + maps).reduce(0) { $0 + $1.count }
                * MemoryLayout<Float>.stride + (marks?.byteCount ?? 0)
        }

        /// Runs `body`, the only one in this arena.
        func whileBusy(_ body: () -> Void) {
            let wasBusy = busy.exchange(true, ordering: .acquiring)
            precondition(!wasBusy, "an arena serves one call at a time")
            body()
            busy.store(false, ordering: .releasing)
        }
    }
}
