import CKernels

/// Marks the pixels of one image's maps that ink reaches: one byte per pixel, 0 where the map equals that of a blank
/// image.
///
/// The marks after every wide block are kept until the next image, because its map still contains the ink of this one.
/// `Sendable` because it belongs to an arena, which one call uses at a time.
final class InkMarks: @unchecked Sendable {
    private typealias Bytes = UnsafeMutablePointer<UInt8>

    /// The marks of the map that the first depthwise convolution reads.
    private let first: Bytes
    /// The marks after every wide block, of this image and of the previous one.
    private var afterBlocks: [(marks: Bytes, stale: Bytes)]
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
            bytes.initialize(repeating: 1, count: count)  // the maps do not contain a blank image yet
            return bytes
        }
        self.first = marks(first)
        self.columns = marks(columns)
        afterBlocks = wide.map { block in
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
        for (marks, stale) in afterBlocks {
            marks.deallocate()
            stale.deallocate()
        }
    }

    /// Starts an image.
    ///
    /// - Parameter block: the first block.
    func begin(_ gray: UnsafePointer<UInt8>, _ block: UnsafePointer<network_block>) {
        network_mark_image(block, gray, first, columns)
    }

    /// Computes the marks of the map after a block. Must be called for every block in order.
    ///
    /// - Parameter blank: the map of a blank image.
    /// - Returns: the input of the kernels, valid until the next call for this block.
    func advance(
        after index: Int, _ block: UnsafePointer<network_block>, blank: UnsafePointer<Float>
    ) -> network_paper {
        let before = index == 0 ? first : afterBlocks[index - 1].marks
        let (marks, stale) = (afterBlocks[index].stale, afterBlocks[index].marks)
        afterBlocks[index] = (marks, stale)
        network_mark_output(block, before, marks, columns)
        return network_paper(marks: marks, stale: stale, blank: blank, scratch: scratch)
    }
}
