import CKernels

/// Where ink reaches in the maps of one picture: a byte for each pixel, 0 where the map is as a blank picture's.
///
/// The marks behind every wide block are kept until the next picture, because its map then still has this one's ink.
/// Part of an arena, and like it `Sendable` on the word that one call at a time uses it.
final class PaperMarks: @unchecked Sendable {
    private typealias Bytes = UnsafeMutablePointer<UInt8>

    /// Of the map that the first depthwise convolution reads.
    private let first: Bytes
    /// Behind every wide block: of this picture and of the one before.
    private var behind: [(marks: Bytes, stale: Bytes)]
    private let columns: Bytes
    private let scratch: UnsafeMutableRawPointer
    let byteCount: Int

    init(for network: PackedMobileNetV2) {
        let wide = network.blocks[..<network.firstGroupedBlock]
        let first = Int(wide[0].size) * Int(wide[0].size)
        let columns = network_mark_scratch(wide[0].image_size)
        let scratch = wide.map { block in withUnsafePointer(to: block) { network_paper_scratch($0) } }.max() ?? 0
        func marks(_ count: Int) -> Bytes {
            let bytes = Bytes.allocate(capacity: count)
            bytes.initialize(repeating: 1, count: count)  // at first nothing is as in a blank picture
            return bytes
        }
        self.first = marks(first)
        self.columns = marks(columns)
        behind = wide.map { block in
            let pixels = PackedMobileNetV2.pixels(after: block)
            return (marks(pixels), marks(pixels))
        }
        self.scratch = .allocate(byteCount: scratch, alignment: MemoryLayout<Int32>.alignment)
        byteCount = wide.reduce(first + columns + scratch) { $0 + 2 * PackedMobileNetV2.pixels(after: $1) }
    }

    deinit {
        first.deallocate()
        columns.deallocate()
        scratch.deallocate()
        for (marks, stale) in behind {
            marks.deallocate()
            stale.deallocate()
        }
    }

    /// Begins with a picture.
    ///
    /// - Parameter block: the first.
    func begin(_ grey: UnsafePointer<UInt8>, _ block: UnsafePointer<network_block>) {
        network_mark_image(block, grey, first, columns)
    }

    /// Goes on to the map behind the block of that index; every block has its turn.
    ///
    /// - Parameter blank: the map of a blank picture.
    /// - Returns: what the kernels want to know, valid until the next call for this block.
    func advance(
        behind index: Int, _ block: UnsafePointer<network_block>, blank: UnsafePointer<Float>
    ) -> network_paper {
        let before = index == 0 ? first : behind[index - 1].marks
        let (marks, stale) = (behind[index].stale, behind[index].marks)
        behind[index] = (marks, stale)
        network_mark_output(block, before, marks, columns)
        return network_paper(marks: marks, stale: stale, blank: blank, scratch: scratch)
    }
}
