import CKernels

/// Where there is ink or padding in the maps of one picture: a byte for each pixel, 0 where only paper reaches it.
///
/// Part of an arena, and like it `Sendable` on the word that one call at a time uses it.
final class PaperMarks: @unchecked Sendable {
    /// In front of and behind a block, in turns.
    private var before: UnsafeMutablePointer<UInt8>
    private var behind: UnsafeMutablePointer<UInt8>
    private let scratch: UnsafeMutablePointer<UInt8>
    let byteCount: Int

    init(for network: PackedMobileNetV2) {
        func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
            let base = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
            base.initialize(repeating: 0, count: max(count, 1))
            return base
        }
        let sizes = network.paperSizes
        (before, behind, scratch) = (bytes(sizes.marks), bytes(sizes.marks), bytes(sizes.scratch))
        byteCount = 2 * sizes.marks + sizes.scratch
    }

    deinit {
        before.deallocate()
        behind.deallocate()
        scratch.deallocate()
    }

    /// Goes on to the map behind the next block; the first begins anew, at the picture.
    ///
    /// - Parameters:
    ///   - grey: the picture.
    ///   - value: what paper gives behind the block.
    /// - Returns: what the kernels want to know, as long as nobody advances.
    func advance(
        behind block: UnsafePointer<network_block>, grey: UnsafePointer<UInt8>, value: AlignedFloats
    ) -> network_paper {
        if block.pointee.reads_image { network_mark_image(block, grey, before, scratch) }
        network_mark_output(block, before, behind, scratch)
        swap(&before, &behind)
        return network_paper(marks: before, value: value.base, scratch: scratch)
    }

    /// A pixel of the map advanced to that only paper reaches; nil if there is none.
    func unmarkedPixel(among pixels: Int) -> Int? {
        (0 ..< pixels).first { before[$0] == 0 }
    }
}
