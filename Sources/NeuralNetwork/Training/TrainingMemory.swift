import CKernels

// Pointers that workers share on the plan's word: every piece writes what is its own.
// swift-format-ignore: AvoidRetroactiveConformances
extension training_block: @retroactive @unchecked Sendable {}
// swift-format-ignore: AvoidRetroactiveConformances
extension training_head: @retroactive @unchecked Sendable {}

/// Hands out memory for the batches of one plan, and keeps it.
struct TrainingMemory {
    let batchSize: Int
    private(set) var owned: [AlignedFloats] = []

    static func padded(_ channels: Int) -> Int { LayerPacker.panels(channels) * LayerPacker.panel }

    mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
        let floats = AlignedFloats(count: count)
        owned.append(floats)
        return floats.base
    }

    /// One for each channel, up to a whole panel.
    mutating func coefficients(_ channels: Int) -> UnsafeMutablePointer<Float> { floats(Self.padded(channels)) }

    /// A kernel of [rows][columns], packed.
    mutating func kernel(_ rows: Int, _ columns: Int) -> UnsafeMutablePointer<Float> {
        floats(rows * Self.padded(columns))
    }

    /// Floats from panel to panel of a map of the whole batch: panels a power of two apart would compete for the same
    /// lines of a cache.
    func distance(size: Int) -> Int { (batchSize * size * size + 9) * LayerPacker.panel }

    mutating func map(_ channels: Int, size: Int) -> training_map {
        let distance = distance(size: size)
        return training_map(values: floats(LayerPacker.panels(channels) * distance), panel: distance)
    }
}
