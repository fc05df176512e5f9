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
        /// Maps of one picture, in turns.
        let maps: (AlignedFloats, AlignedFloats)
        /// Maps of a group of pictures, in turns.
        let groupMaps: (AlignedFloats, AlignedFloats)
        let scratch: AlignedFloats
        /// Where there is ink, in turns, and what the kernels need to work it out.
        let marks: PaperMarks
        /// The network that it was made for.
        let owner: ObjectIdentifier
        private let busy = Atomic<Bool>(false)

        init(for network: PackedMobileNetV2) {
            let sizes = network.sizes
            staged = AlignedFloats(count: sizes.staged)
            maps = (AlignedFloats(count: sizes.map), AlignedFloats(count: sizes.map))
            groupMaps = (AlignedFloats(count: sizes.groupMap), AlignedFloats(count: sizes.groupMap))
            scratch = AlignedFloats(count: sizes.scratch)
            marks = PaperMarks(for: network)
            owner = ObjectIdentifier(network)
        }

        /// Bytes of all of it.
        public var byteCount: Int {
            [staged, maps.0, maps.1, groupMaps.0, groupMaps.1, scratch].reduce(0) { $0 + $1.count }
                * MemoryLayout<Float>.stride + marks.byteCount
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
