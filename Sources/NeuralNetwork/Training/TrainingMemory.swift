import CKernels

// Pointers that workers share safely, because every piece writes its own part.
// swift-format-ignore: AvoidRetroactiveConformances
extension training_block: @retroactive @unchecked Sendable {}
// swift-format-ignore: AvoidRetroactiveConformances
extension training_head: @retroactive @unchecked Sendable {}

/// Allocates and owns the memory for the batches of one plan.
struct TrainingMemory {
    let batchSize: Int
    private(set) var owned: [AlignedFloats] = []

    static func padded(_ channels: Int) -> Int { LayerPacker.panels(channels) * LayerPacker.panel }

    mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
        let floats = AlignedFloats(count: count)
        owned.append(floats)
        return floats.base
    }

    /// Allocates one value per channel, padded to a whole panel.
    mutating func coefficients(_ channels: Int) -> UnsafeMutablePointer<Float> { floats(Self.padded(channels)) }

    /// Allocates a packed kernel of [rows][columns].
    mutating func kernel(_ rows: Int, _ columns: Int) -> UnsafeMutablePointer<Float> {
        floats(rows * Self.padded(columns))
    }

    /// Returns the number of floats between panels of a map of the whole batch. At distances of a power of two, panels
    /// would compete for the same cache lines.
    func distance(size: Int) -> Int { (batchSize * size * size + 9) * LayerPacker.panel }

    mutating func map(_ channels: Int, size: Int) -> training_map {
        let distance = distance(size: size)
        return training_map(values: floats(LayerPacker.panels(channels) * distance), panel: distance)
    }
}
