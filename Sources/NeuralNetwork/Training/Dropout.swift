import LinearAlgebra

/// Leaves out features at random, and scales the others up so that the mean stays.
///
/// - Source: Srivastava et al., JMLR 15 (2014), with the scaling at training time.
struct Dropout {
    let rate: Double
    let seed: UInt64

    /// What each feature is multiplied by: images × features, every image with a generator of its own.
    func factors(images: Int, features: Int) -> [Float] {
        guard rate > 0 else { return Array(repeating: 1, count: images * features) }
        let kept = Float(1 / (1 - rate))
        return (0 ..< images).flatMap { image in
            var generator = SeededGenerator(seed: seed, purpose: "dropout", index: image)
            return (0 ..< features).map { _ in generator.uniform() < rate ? 0 : kept }
        }
    }
}
