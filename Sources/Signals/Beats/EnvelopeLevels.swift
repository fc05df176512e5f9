import Foundation

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
    }
}
