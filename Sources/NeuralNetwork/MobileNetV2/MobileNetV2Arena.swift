import CKernels
import Synchronization

extension MobileNetV2 {
    /// The working memory of one worker: staged image, maps before and after a block, scratch of the kernels.
    ///
    /// An arena may go from thread to thread, but serves one call at a time; a second one traps. All of it is one
    /// piece of memory, which its parts, each aligned, point into.
    public final class Arena: @unchecked Sendable {
        /// Pictures that go through the small maps together, so that weights are read once for all of them.
        static let groupSize = 8

        let staged: UnsafeMutablePointer<Float>
        /// Maps of one picture: one behind every wide block where paper is left out, else two in turns.
        let maps: [UnsafeMutablePointer<Float>]
        /// Maps of a group of pictures, in turns.
        let groupMaps: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
        let scratch: UnsafeMutablePointer<Float>
        /// Where ink reaches; nil where paper is not left out.
        let marks: PaperMarks?
        /// The network that it was made for.
        let owner: ObjectIdentifier
        private let memory: AlignedFloats
        private let busy = Atomic<Bool>(false)

        init(for network: PackedMobileNetV2, leavesOutPaper: Bool) {
            let sizes = network.sizes
            let maps =
                leavesOutPaper
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
            marks = leavesOutPaper ? PaperMarks(for: network) : nil
            owner = ObjectIdentifier(network)
        }

        /// Bytes of all of it.
        public var byteCount: Int { memory.count * MemoryLayout<Float>.stride + (marks?.byteCount ?? 0) }

        /// Runs `body`, the only one in this arena.
        func whileBusy(_ body: () -> Void) {
            let wasBusy = busy.exchange(true, ordering: .acquiring)
            precondition(!wasBusy, "an arena serves one call at a time")
            body()
            busy.store(false, ordering: .releasing)
        }
    }

    /// The arenas that are at rest between calls: clearing fresh memory for each would take as long as a tenth of a
    /// picture. There are never more than calls have been busy at a time.
    final class ArenaPool: Sendable {
        private let resting = Mutex<[Arena]>([])

        /// Runs `body` in an arena of its own.
        func withArena(_ make: () -> Arena, _ body: (Arena) -> Void) {
            let arena = resting.withLock { $0.popLast() } ?? make()
            body(arena)
            resting.withLock { $0.append(arena) }
        }
    }
}
