import CKernels

/// Memory for the sums that pieces leave behind, in double precision.
///
/// `Sendable` on its owner's word: every piece writes what is its own.
final class PanelSums: @unchecked Sendable {
    let base: UnsafeMutablePointer<Double>
    /// Doubles from one piece's to the next.
    let distance: Int
    let pieces: Int

    init(pieces: Int, distance: Int) {
        self.pieces = pieces
        self.distance = distance
        base = .allocate(capacity: max(1, pieces * distance))
        base.initialize(repeating: 0, count: max(1, pieces * distance))
    }

    deinit { base.deallocate() }

    var byteCount: Int { pieces * distance * MemoryLayout<Double>.stride }

    func piece(_ index: Int) -> UnsafeMutablePointer<Double> { base + index * distance }

    /// The sums over the first `count` pieces of [panels][2][16]: both for each channel.
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

    /// The sums over the first `count` pieces of one for each channel.
    func singles(channels: Int, pieces count: Int) -> [Double] {
        (0 ..< channels).map { channel in (0 ..< count).reduce(0) { $0 + piece($1)[channel] } }
    }

    /// Mean and covariance from [panels][2][16] sums and, `offset` doubles behind them, the products on and above the
    /// diagonal as `training_join` leaves them.
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
