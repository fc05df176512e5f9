import CKernels
import Synchronization

extension MobileNetV2 {
    /// The working memory of one worker: staged image, maps before and after a block, and scratch memory of the
    /// kernels.
    ///
    /// An arena may move between threads but serves one call at a time; a second one traps. It is one allocation with
    /// aligned parts.
    public final class Arena: @unchecked Sendable {
        /// The number of images that share the small maps, so that weights are read once for all of them.
        static let groupSize = 8

        let staged: UnsafeMutablePointer<Float>
        /// Maps of one image: one after every wide block if paper is skipped, otherwise two that alternate.
        let maps: [UnsafeMutablePointer<Float>]
        /// Two alternating maps of a group of images.
        let groupMaps: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
        let scratch: UnsafeMutablePointer<Float>
        /// The pixels that ink reaches; nil if paper is not skipped.
        let marks: InkMarks?
        /// The network that the arena belongs to.
        let owner: ObjectIdentifier
        private let memory: AlignedFloats
        private let busy = Atomic<Bool>(false)

        init(for network: PackedMobileNetV2, skipsPaper: Bool) {
            let sizes = network.sizes
            let maps =
                skipsPaper
                ? network.blocks[..<network.firstGroupedBlock].map(PackedMobileNetV2.floats(after:))
                : [sizes.map, sizes.map]
            let counts = ([sizes.staged, sizes.groupMap, sizes.groupMap, sizes.scratch] + maps)
                .map(AlignedFloats.roundedUp)
            memory = AlignedFloats(count: counts.reduce(0, +))
            var next = memory.base
            let parts = counts.map { count in
                defer { next += count }
                return next
            }
            staged = parts[0]
            groupMaps = (parts[1], parts[2])
            scratch = parts[3]
            self.maps = Array(parts[4...])
            marks = skipsPaper ? InkMarks(for: network) : nil
            owner = ObjectIdentifier(network)
        }

        /// The size of the memory in bytes.
        public var byteCount: Int { memory.count * MemoryLayout<Float>.stride + (marks?.byteCount ?? 0) }

        /// Runs `body` and traps if another call uses the arena.
        func exclusively(_ body: () -> Void) {
            let wasBusy = busy.exchange(true, ordering: .acquiring)
            precondition(!wasBusy, "an arena serves one call at a time")
            body()
            busy.store(false, ordering: .releasing)
        }
    }

    /// The idle arenas. Clearing new memory for each call would take up to a tenth of the time of an image. There are
    /// never more arenas than concurrent calls.
    final class ArenaPool: Sendable {
        private let idle = Mutex<[Arena]>([])

        /// Runs `body` with an idle or new arena.
        func withArena(_ make: () -> Arena, _ body: (Arena) -> Void) {
            let arena = idle.withLock { $0.popLast() } ?? make()
            body(arena)
            idle.withLock { $0.append(arena) }
        }
    }
}
