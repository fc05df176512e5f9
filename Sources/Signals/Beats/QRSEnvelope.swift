import Foundation

/// The size of QRS complexes in one lead over time, whatever their polarity.
///
/// It is the root of the 100 ms mean of y² + z², where y is the lead in the band of QRS complexes and z its
/// derivative. The two are in quadrature, so that a complex makes one hump.
struct QRSEnvelope {
    /// mV.
    let values: [Float]
    /// The derivative z, in mV.
    let slopes: [Float]

    /// The filters at one working rate.
    struct Kernels {
        let band: CenteredKernel
        let derivative: CenteredKernel
        /// The samples of the mean, odd.
        let width: Int

        init(rate: Double) {
            // A Butterworth band of 6…22 Hz in both directions, brought to 0 before the frequencies of powerlines.
            let gain = { (frequency: Double) -> Double in
                let (passed, kept) = (pow(frequency / 6, 4), pow(frequency / 22, 4))
                let taper = min(max((frequency - 28) / 14, 0), 1)
                return passed / (1 + passed) / (1 + kept) * pow(cos(.pi / 2 * taper), 2)
            }
            band = CenteredKernel(symmetry: .even, samplingRate: rate, reach: 0.25, response: gain)
            derivative = CenteredKernel(symmetry: .odd, samplingRate: rate, reach: 0.25) { frequency in
                gain(frequency) * 2 * .pi * frequency / 60
            }
            width = Int(0.05 * rate) * 2 + 1
        }
    }

    init(_ lead: [Float], kernels: Kernels) {
        let band = kernels.band.filtered(lead)
        let derivative = kernels.derivative.filtered(lead)
        let energy = [Float](unsafeUninitializedCapacity: lead.count) { energy, initialized in
            for index in 0 ..< lead.count {
                energy[index] = band[index] * band[index] + derivative[index] * derivative[index]
            }
            initialized = lead.count
        }
        var mean = MovingWindow.mean(energy, width: kernels.width)
        for index in mean.indices { mean[index] = mean[index].squareRoot() }
        values = mean
        slopes = derivative
    }
}

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

/// The usual height of a lead's QRS complexes and of what lies between them, in blocks of about two seconds.
///
/// Levels are medians over neighboring blocks, so that a single artifact does not move them.
struct EnvelopeLevels {
    /// Per block: the usual maximum of the envelope, mV.
    var scale: [Float]
    /// Per block: the usual 30th percentile of the envelope, mV.
    var floor: [Float]
    /// Per block: the vote of the lead, from its signal-to-noise ratio.
    var weight: [Float]
    /// The lead's usual vote.
    private let usualWeight: Float

    /// A QRS complex lower than this, in mV, is not told from noise of the recorder.
    static let lowestScale: Float = 0.01
    /// A lead loses votes in a block whose maximum is above so many usual heights.
    static let tallest: Float = 2
    /// A lead loses votes in a block whose 60th percentile is above so many usual ones.
    static let busiest: Float = 1.5

    /// - Parameters:
    ///   - blocks: ranges of samples, one after the other.
    init(_ envelope: [Float], isValid: [Float], blocks: [Range<Int>]) {
        var maxima: [Float] = []
        var floors: [Float] = []
        var bodies: [Float] = []
        var sample: [Float] = []
        for block in blocks {
            sample.removeAll(keepingCapacity: true)
            var highest: Float = 0
            var valid = 0
            for index in block where isValid[index] > 0 {
                valid += 1
                if envelope[index] > highest { highest = envelope[index] }
                if valid % 4 == 0 { sample.append(envelope[index]) }
            }
            guard valid * 4 >= block.count, sample.count >= 4 else {
                maxima.append(.nan)
                floors.append(.nan)
                bodies.append(.nan)
                continue
            }
            sample.sort()
            maxima.append(highest)
            floors.append(sample[sample.count * 3 / 10])
            bodies.append(sample[sample.count * 6 / 10])
        }
        let usual = MovingWindow.median(of: maxima)
        let scales = MovingWindow.median(maxima, width: 11)
        let usualBodies = MovingWindow.median(bodies, width: 11)
        let near = MovingWindow.median(floors, width: 5)
        scale = []
        floor = []
        weight = []
        for block in blocks.indices {
            guard usual > Self.lowestScale, scales[block].isFinite else {
                scale.append(1)
                floor.append(0)
                weight.append(0)
                continue
            }
            // A long pause must not make beats of its noise.
            let height = max(scales[block], 0.2 * usual)
            let bottom = near[block].isFinite ? near[block] : 0
            scale.append(height)
            floor.append(bottom)
            var ratio = min(height / max(bottom, 0.002), 50)
            if maxima[block].isFinite {
                ratio *= min(1, Self.tallest * height / maxima[block])
                ratio *= min(1, Self.busiest * usualBodies[block] / max(bodies[block], 0.002))
            }
            weight.append(ratio * ratio)
        }
        usualWeight = MovingWindow.median(of: weight)
    }

    /// Whether the lead has lost most of its usual vote, to noise for example.
    ///
    /// - Parameters:
    ///   - place: a sample of the piece.
    ///   - count: samples of the piece.
    func hasLostVote(at place: Int, of count: Int) -> Bool {
        let block = min(weight.count - 1, place * weight.count / max(1, count))
        return weight[block] < 0.1 * usualWeight
    }
}
