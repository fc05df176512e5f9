import Foundation

/// The envelopes of all leads of a piece in one, where 1 is a usual QRS complex.
struct FusedEnvelope {
    let values: [Float]
    /// The leads' slopes likewise: the largest share of any sample of the derivative in a usual complex's height.
    let slopes: [Float]

    /// One lead's height counts up to this, so that an artifact in it does not outvote the others.
    private static let tallest: Float = 1.5

    /// Each lead votes with its weight where it is valid; levels run in straight lines between the blocks' middles.
    init(
        _ envelopes: [QRSEnvelope], levels: [EnvelopeLevels], isValid: [[Float]], blocks: [Range<Int>]
    ) {
        let count = envelopes.first?.values.count ?? 0
        var sum = [Float](repeating: 0, count: count)
        var steep = [Float](repeating: 0, count: count)
        var weights = [Float](repeating: 0, count: count)
        let middles = blocks.map { Float($0.lowerBound + $0.upperBound) / 2 }
        for (lead, envelope) in envelopes.enumerated() {
            let level = levels[lead]
            guard level.weight.contains(where: { $0 > 0 }) else { continue }
            let valid = isValid[lead]
            for segment in 0 ... blocks.count {
                let (left, right) = (max(0, segment - 1), min(blocks.count - 1, segment))
                let start = segment == 0 ? 0 : Int(middles[left].rounded())
                let end = segment == blocks.count ? count : Int(middles[right].rounded())
                let length = max(1, middles[right] - middles[left])
                let scaleStep = (level.scale[right] - level.scale[left]) / length
                let floorStep = (level.floor[right] - level.floor[left]) / length
                let weightStep = (level.weight[right] - level.weight[left]) / length
                envelope.values.withUnsafeBufferPointer { values in
                    envelope.slopes.withUnsafeBufferPointer { slopes in
                        for index in start ..< end {
                            let distance = left == right ? 0 : Float(index) - middles[left]
                            let scale = level.scale[left] + scaleStep * distance
                            let floor = min(level.floor[left] + floorStep * distance, 0.7 * scale)
                            let weight = (level.weight[left] + weightStep * distance) * valid[index]
                            let height = max(0, values[index] - floor) / (scale - floor)
                            sum[index] += weight * min(height, Self.tallest)
                            steep[index] += weight * abs(slopes[index]) / scale
                            weights[index] += weight
                        }
                    }
                }
            }
        }
        for index in 0 ..< count where weights[index] > 0 {
            sum[index] /= weights[index]
            steep[index] /= weights[index]
        }
        values = sum
        slopes = steep
    }
}
