import CKernels

/// Memory for the partial sums of the pieces in double precision.
///
/// `Sendable` because every piece writes its own part.
final class PanelSums: @unchecked Sendable {
    let base: UnsafeMutablePointer<Double>
    /// The number of doubles between pieces.
    private(set) var distance: Int
    let pieces: Int
    private let capacity: Int

    init(pieces: Int, distance: Int) {
        self.pieces = pieces
        self.distance = distance
        capacity = pieces * distance
        base = .allocate(capacity: max(1, pieces * distance))
        base.initialize(repeating: 0, count: max(1, pieces * distance))
    }

    deinit { base.deallocate() }

    var byteCount: Int { capacity * MemoryLayout<Double>.stride }

    /// Places the pieces directly one after the other, so that the sums of several pieces are one message.
    func pack(doubles: Int) {
        precondition(pieces * doubles <= capacity, "\(doubles) sums in each of \(pieces) pieces")
        distance = doubles
    }

    func piece(_ index: Int) -> UnsafeMutablePointer<Double> { base + index * distance }

    /// Sums the first `count` pieces of [panels][2][16] and returns both values for each channel.
    func pairs(channels: Int, pieces count: Int) -> (first: [Double], second: [Double]) {
        var (first, second) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
        let panel = LayerPacker.panel
        for piece in 0 ..< count {
            let sums = self.piece(piece)
            for channel in 0 ..< channels {
                let place = channel / panel * 2 * panel + channel % panel
                first[channel] += sums[place]
                second[channel] += sums[place + panel]
            }
        }
        return (first, second)
    }

    /// Sums one value per channel over the first `count` pieces.
    func singles(channels: Int, pieces count: Int) -> [Double] {
        (0 ..< channels).map { channel in (0 ..< count).reduce(0) { $0 + piece($1)[channel] } }
    }

    /// Returns mean and covariance from [panels][2][16] sums. The products on and above the diagonal follow after
    /// `offset` doubles, in the format of `training_join`.
    func covariance(
        channels: Int, offset: Int, pieces count: Int, samples: Int
    ) -> (mean: [Double], covariance: [Double]) {
        let mean = pairs(channels: channels, pieces: count).first.map { $0 / Double(samples) }
        let panel = LayerPacker.panel
        let panels = LayerPacker.panels(channels)
        var covariance = [Double](repeating: 0, count: channels * channels)
        covariance.withUnsafeMutableBufferPointer { covariance in
            for column in 0 ..< channels {
                for row in 0 ... column {
                    let place = offset + (column / panel * panels * panel + row) * panel + column % panel
                    var sum = 0.0
                    for piece in 0 ..< count { sum += base[piece * distance + place] }
                    let value = sum / Double(samples) - mean[row] * mean[column]
                    covariance[row * channels + column] = value
                    covariance[column * channels + row] = value
                }
            }
        }
        return (mean, covariance)
    }
}
