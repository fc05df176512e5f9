/// How the images of a batch are cut up for workers.
///
/// The cut depends on nothing but the number of images: what the pieces add up is added in their order, so the sums
/// are the same on any number of threads.
struct TrainingPieces {
    /// Enough to occupy a machine, and few enough that their gradients do not outweigh the maps.
    static let most = 16

    let images: Int

    var count: Int { min(images, Self.most) }

    func range(_ piece: Int) -> Range<Int> { images * piece / count ..< images * (piece + 1) / count }
}
